import type { ChangeSlot } from '../change-slot.ts';
import type { ConfigureProvider } from '../configure-provider.ts';
import { slotNames, type FileSlot, type Settings, type Slot } from '../provider.ts';
import type { ProviderStore } from '../provider-store.ts';
import { planImport, type ImportPlan } from './plan-import.ts';
import type { NamedEntry, SlotsFile } from './slots-file.ts';

export interface TransferParts {
  readonly slots: Pick<ChangeSlot, 'change'>;
  readonly configs: Pick<ConfigureProvider, 'show' | 'change'>;
  readonly providers: Pick<ProviderStore, 'find' | 'slots' | 'noteSlot'>;
}

/** Takes the slots of a space out as a file, and in again; credentials are not in it. */
export class TransferSlots {
  readonly #parts: TransferParts;

  constructor(parts: TransferParts) {
    this.#parts = parts;
  }

  /** Who has which slot with what settings; of one that nobody has, what the last file said of it. */
  async export(spaceId: string): Promise<SlotsFile> {
    const slots = await this.#parts.providers.slots(spaceId);
    const entries = slots.map(async (slot) => [slot.slot, await this.#entry(slot)] as const);
    return { version: 1, providers: Object.fromEntries(await Promise.all(entries)) };
  }

  /** Gives the slots to whom the file says, with its settings, or changes nothing; gives what it left out, in words. */
  async import(spaceId: string, file: SlotsFile): Promise<readonly string[]> {
    const given = slotNames.flatMap((slot): NamedEntry[] => {
      const entry = file.providers[slot];
      return entry === undefined ? [] : [{ slot, ...entry }];
    });
    const plan = await planImport(this.#parts.configs, spaceId, given);
    for (const { pluginId, enabled, settings } of plan.providers)
      await this.#parts.configs.change(
        { spaceId, pluginId },
        enabled ? { enabled, settings } : { settings },
      );
    for (const entry of given) await this.#changeSlot(spaceId, entry, plan);
    return plan.notes;
  }

  async #changeSlot(spaceId: string, { slot, ...entry }: NamedEntry, plan: ImportPlan) {
    const pluginId = plan.holders.get(slot) ?? null;
    await this.#parts.slots.change({ spaceId, slot, pluginId, expected: undefined });
    if (pluginId === null) await this.#parts.providers.noteSlot({ spaceId, slot, note: entry });
  }

  async #entry({ spaceId, holder, note }: Slot): Promise<FileSlot> {
    if (holder !== undefined)
      return {
        plugin: holder.pluginId,
        enabled: true,
        settings: (await this.#settings(spaceId, holder.pluginId)) ?? {},
      };
    if (note === undefined) return { plugin: '', enabled: false, settings: {} };
    const { plugin, enabled, settings } = note;
    const own = await this.#settings(spaceId, plugin ?? '');
    return { plugin, enabled, settings: own ?? settings };
  }

  async #settings(spaceId: string, pluginId: string): Promise<Settings | undefined> {
    return (await this.#parts.providers.find({ spaceId, pluginId }))?.settings;
  }
}
