import type { MemoryConnectionStore } from '../connections/memory-connection-store.ts';
import { InTurn } from '../in-turn.ts';
import {
  slotChanged,
  slotNames,
  type ProviderConfig,
  type ProviderKey,
  type Slot,
} from './provider.ts';
import {
  ProviderStore,
  type NextConfig,
  type NotedSlot,
  type WantedSlot,
} from './provider-store.ts';

/** Configurations and slots in memory, for tests. */
export class MemoryProviderStore extends ProviderStore {
  /** Every state of a slot that was announced. */
  readonly announced: ReturnType<typeof slotChanged>[] = [];
  readonly #configs = new Map<string, ProviderConfig>();
  readonly #slots = new Map<string, Slot>();
  readonly #turns = new InTurn();
  readonly #connections: MemoryConnectionStore;

  constructor(connections: MemoryConnectionStore) {
    super();
    this.#connections = connections;
    connections.onGone = (id, isDeleted) => this.#forget(id, isDeleted);
  }

  override find(key: ProviderKey): Promise<ProviderConfig | undefined> {
    return Promise.resolve(this.#configs.get(nameOf(key)));
  }

  override list(spaceId: string): Promise<ProviderConfig[]> {
    const own = [...this.#configs.values()].filter((config) => config.spaceId === spaceId);
    return Promise.resolve(own.toSorted((a, b) => (a.pluginId < b.pluginId ? -1 : 1)));
  }

  override change(
    key: ProviderKey,
    work: (current: ProviderConfig | undefined) => Promise<NextConfig>,
  ): Promise<ProviderConfig> {
    return this.#turns.take(async () => {
      const current = this.#configs.get(nameOf(key));
      const next = await work(current);
      const revision = (current?.revision ?? 0) + 1;
      const { spaceId, pluginId } = key;
      const changed = { spaceId, pluginId, ...next, revision };
      this.#configs.set(nameOf(key), changed);
      return changed;
    });
  }

  override slots(spaceId: string): Promise<Slot[]> {
    return Promise.resolve(slotNames.map((slot) => this.#slot(spaceId, slot)));
  }

  override setSlot(
    { spaceId, slot, holder }: WantedSlot,
    expected?: number,
  ): Promise<Slot | undefined> {
    const before = this.#slot(spaceId, slot);
    if (before.revision !== (expected ?? before.revision)) return Promise.resolve(undefined);
    if (holder !== undefined && !this.#connections.isInUse(holder.connectionId))
      return Promise.resolve(undefined);
    const isSame = before.holder?.connectionId === holder?.connectionId;
    return Promise.resolve(isSame ? before : this.#set({ ...before, holder }));
  }

  override noteSlot({ spaceId, slot, note }: NotedSlot): Promise<void> {
    const current = this.#slot(spaceId, slot);
    if (current.holder === undefined) this.#slots.set(`${spaceId} ${slot}`, { ...current, note });
    return Promise.resolve();
  }

  override announceSlots(): Promise<number> {
    for (const slot of this.#slots.values()) this.announced.push(slotChanged(slot));
    return Promise.resolve(this.#slots.size);
  }

  #forget(connectionId: string, isDeleted: boolean): void {
    for (const slot of this.#slots.values())
      if (slot.holder?.connectionId === connectionId) this.#set({ ...slot, holder: undefined });
    for (const [name, config] of this.#configs)
      if (isDeleted && config.connectionId === connectionId) this.#configs.delete(name);
  }

  #slot(spaceId: string, slot: Slot['slot']): Slot {
    const known = this.#slots.get(`${spaceId} ${slot}`);
    return known ?? { spaceId, slot, holder: undefined, revision: 0 };
  }

  #set({ spaceId, slot: name, holder, revision }: Slot): Slot {
    const slot = { spaceId, slot: name, holder };
    const set = { ...slot, revision: revision + 1 };
    this.#slots.set(`${slot.spaceId} ${slot.slot}`, set);
    this.announced.push(slotChanged(set));
    return set;
  }
}

function nameOf({ spaceId, pluginId }: ProviderKey): string {
  return `${spaceId} ${pluginId}`;
}
