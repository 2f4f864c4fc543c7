import { ProviderSlots, type ProviderSlot } from './provider-slots.ts';

/** Slots for specs. */
export class MemoryProviderSlots extends ProviderSlots {
  readonly #slots = new Map<string, ProviderSlot>();

  override apply(slot: ProviderSlot): Promise<void> {
    const key = JSON.stringify([slot.spaceId, slot.slot]);
    const known = this.#slots.get(key);
    if (known === undefined || known.revision < slot.revision) this.#slots.set(key, slot);
    return Promise.resolve();
  }

  override connectionOf(spaceId: string, slot: string): Promise<string | undefined> {
    const { connectionId = '' } = this.#slots.get(JSON.stringify([spaceId, slot])) ?? {};
    return Promise.resolve(connectionId === '' ? undefined : connectionId);
  }
}
