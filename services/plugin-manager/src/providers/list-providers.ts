import type { Fleet } from '../fleet/fleet.ts';
import { everyPlugin } from '../plugins/every-plugin.ts';
import type { PluginStore } from '../plugins/plugin-store.ts';
import type { ConfigureProvider } from './configure-provider.ts';
import { providerPluginView, type ProviderPluginView } from './provider-view.ts';

/** Every plugin with its configuration in a space and with what its runner does. */
export class ListProviders {
  readonly #plugins: PluginStore;
  readonly #configs: Pick<ConfigureProvider, 'show'>;
  readonly #fleet: Pick<Fleet, 'view'>;

  constructor(
    plugins: PluginStore,
    configs: Pick<ConfigureProvider, 'show'>,
    fleet: Pick<Fleet, 'view'>,
  ) {
    this.#plugins = plugins;
    this.#configs = configs;
    this.#fleet = fleet;
  }

  async list(spaceId: string): Promise<ProviderPluginView[]> {
    const runners = await this.#fleet.view();
    const shown: ProviderPluginView[] = [];
    for await (const { id: pluginId } of everyPlugin(this.#plugins)) {
      const own = runners.find((set) => set.plugin_id === pluginId && set.lane === 'stable');
      shown.push(providerPluginView(await this.#configs.show({ spaceId, pluginId }), own));
    }
    return shown;
  }
}
