import type {
  FileSlot,
  ProviderConfig,
  ProviderKey,
  Settings,
  Slot,
  SlotHolder,
  SlotName,
} from './provider.ts';

/** What a configuration is to be from now on. */
export interface NextConfig {
  readonly connectionId: string;
  readonly settings: Settings;
}

export interface WantedSlot {
  readonly spaceId: string;
  readonly slot: SlotName;
  readonly holder: SlotHolder | undefined;
}

export interface NotedSlot {
  readonly spaceId: string;
  readonly slot: SlotName;
  readonly note: FileSlot;
}

/** Configurations of providers and the slots that they have. Slots are announced in the transaction that changes them. */
export abstract class ProviderStore {
  abstract find(key: ProviderKey): Promise<ProviderConfig | undefined>;
  abstract list(spaceId: string): Promise<ProviderConfig[]>;
  /** Stores what `work` makes of the configuration, as its next revision; meanwhile nobody else changes it. */
  abstract change(
    key: ProviderKey,
    work: (current: ProviderConfig | undefined) => Promise<NextConfig>,
  ): Promise<ProviderConfig>;
  /** All of a space, those that nobody has included. */
  abstract slots(spaceId: string): Promise<Slot[]>;
  /**
   * Undefined, and nothing has changed: its revision is not the expected one, or the connection that is to have it is held,
   * being deleted or gone. The same holder again changes nothing.
   */
  abstract setSlot(wanted: WantedSlot, expected?: number): Promise<Slot | undefined>;
  /** Keeps what a file said of a slot that nobody has, until its next change. */
  abstract noteSlot(noted: NotedSlot): Promise<void>;
  /** Has every slot announced as it is; gives how many. */
  abstract announceSlots(): Promise<number>;
}
