import type { ProviderSlotChangedSchema } from '@made-open/contracts';
import type { MessageInitShape } from '@bufbuild/protobuf';

/** Each has one active provider at most. */
export const slotNames = ['outbound', 'inbound', 'storage', 'auth'] as const;
export type SlotName = (typeof slotNames)[number];

export type Settings = Readonly<Record<string, unknown>>;

/** Whose configuration it is. */
export interface ProviderKey {
  readonly spaceId: string;
  readonly pluginId: string;
}

/** How a plugin is configured in a space: its settings are here, its credentials only in the wallet. */
export interface ProviderConfig extends ProviderKey {
  /** Its one connection that was made for this. */
  readonly connectionId: string;
  readonly settings: Settings;
  /** Rises with every change. */
  readonly revision: number;
}

export interface SlotHolder {
  readonly pluginId: string;
  readonly connectionId: string;
}

/** One slot of a configuration file of Faxbot. */
export interface FileSlot {
  /** Null or empty: nobody. */
  readonly plugin: string | null;
  readonly enabled: boolean;
  readonly settings: Settings;
}

/** A slot of a space; revision 0: nobody ever had it. */
export interface Slot {
  readonly spaceId: string;
  readonly slot: SlotName;
  readonly holder: SlotHolder | undefined;
  readonly revision: number;
  /** While nobody has it: what the last file said of it. */
  readonly note?: FileSlot;
}

/** The whole state, as the other services hear of it. */
export function slotChanged({
  spaceId,
  slot,
  holder,
  revision,
}: Slot): MessageInitShape<typeof ProviderSlotChangedSchema> {
  const { pluginId = '', connectionId = '' } = holder ?? {};
  return { spaceId, slot, pluginId, connectionId, revision };
}
