import type { FileSlot, SlotName } from '../provider.ts';

/** The configuration file of Faxbot, version 1. */
export interface SlotsFile {
  readonly version: 1;
  readonly providers: Readonly<Partial<Record<SlotName, FileSlot>>>;
}

/** A slot with what the file says of it. */
export interface NamedEntry extends FileSlot {
  readonly slot: SlotName;
}
