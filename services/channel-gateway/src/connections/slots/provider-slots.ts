/** Who has a slot of a space, as plugin-manager last announced it. */
export interface ProviderSlot {
  readonly spaceId: string;
  readonly slot: string;
  /** Empty: nobody has it. */
  readonly pluginId: string;
  readonly connectionId: string;
  /** Of the announcement; older ones are ignored. */
  readonly revision: number;
}

/** The gateway's own picture of the slots. Every adapter passes `test/connections/provider-slots.contract.ts`. */
export abstract class ProviderSlots {
  abstract apply(slot: ProviderSlot): Promise<void>;
  /** The connection of the provider that has the slot. */
  abstract connectionOf(spaceId: string, slot: string): Promise<string | undefined>;
}
