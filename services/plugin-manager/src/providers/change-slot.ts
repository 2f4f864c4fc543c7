import type { ConfigureProvider } from './configure-provider.ts';
import { isEnabled } from './actual-state.ts';
import { checkReady, checkSlot, notEnabled } from './check-slot.ts';
import { otherRevision } from './other-revision.ts';
import type { Slot, SlotName } from './provider.ts';
import type { ProviderStore } from './provider-store.ts';
import { missingFields } from './provider-view.ts';

export interface SlotView {
  readonly slot: SlotName;
  readonly space_id: string;
  readonly plugin_id: string | null;
  readonly connection_id: string | null;
  readonly revision: number;
  /** Config fields that its provider cannot do without. */
  readonly missing: readonly string[];
}

export interface SlotChange {
  readonly spaceId: string;
  readonly slot: SlotName;
  /** Null: nobody has it from now on. */
  readonly pluginId: string | null;
  readonly expected: number | undefined;
}

/** Who has which slot of a space; only people change that. */
export class ChangeSlot {
  readonly #configs: Pick<ConfigureProvider, 'show'>;
  readonly #providers: ProviderStore;

  constructor(configs: Pick<ConfigureProvider, 'show'>, providers: ProviderStore) {
    this.#configs = configs;
    this.#providers = providers;
  }

  async list(spaceId: string): Promise<SlotView[]> {
    return Promise.all((await this.#providers.slots(spaceId)).map((slot) => this.#view(slot)));
  }

  async change({ spaceId, slot, pluginId, expected }: SlotChange): Promise<SlotView> {
    const holder = pluginId === null ? undefined : await this.#holder(spaceId, slot, pluginId);
    const changed = await this.#providers.setSlot({ spaceId, slot, holder }, expected);
    if (changed !== undefined) return this.#view(changed);
    // It may have been disabled since it was looked at.
    if (pluginId !== null) await this.#holder(spaceId, slot, pluginId);
    const now = (await this.#providers.slots(spaceId)).find((entry) => entry.slot === slot);
    throw otherRevision('slot', now?.revision ?? 0);
  }

  async #holder(spaceId: string, slot: SlotName, pluginId: string) {
    const state = await this.#configs.show({ spaceId, pluginId });
    checkReady(state.plugin, state.reference);
    checkSlot(state.plugin, state.reference, slot);
    if (state.config === undefined || !isEnabled(state)) throw notEnabled(pluginId, slot);
    return { pluginId, connectionId: state.config.connectionId };
  }

  async #view({ spaceId, slot, holder, revision }: Slot): Promise<SlotView> {
    const state = holder && (await this.#configs.show({ spaceId, pluginId: holder.pluginId }));
    return {
      slot,
      space_id: spaceId,
      plugin_id: holder?.pluginId ?? null,
      connection_id: holder?.connectionId ?? null,
      revision,
      missing: state === undefined ? [] : missingFields(state),
    };
  }
}
