import type { RegisterPlugin, Registered } from '../plugins/register-plugin.ts';
import type { Catalog } from './catalog.ts';
import type { PluginSource, WantedSource } from './plugin-source.ts';

/** Stores manifests of the registry, or of an address, as versions; like after a push nothing of them is approved. */
export class InstallPlugin {
  readonly #catalog: Catalog;
  readonly #source: Pick<PluginSource, 'fetch'>;
  readonly #registration: Pick<RegisterPlugin, 'register'>;

  constructor(
    catalog: Catalog,
    source: Pick<PluginSource, 'fetch'>,
    registration: Pick<RegisterPlugin, 'register'>,
  ) {
    this.#catalog = catalog;
    this.#source = source;
    this.#registration = registration;
  }

  async ofEntry(id: string): Promise<Registered> {
    const { source } = this.#catalog.find(id);
    return 'preset' in source
      ? this.#register(this.#catalog.preset(source.preset))
      : this.ofUrl(source);
  }

  async ofUrl(source: WantedSource): Promise<Registered> {
    return this.#register(await this.#source.fetch(source));
  }

  #register(manifestText: string): Promise<Registered> {
    return this.#registration.register({ manifestText, files: new Map(), bundle: undefined });
  }
}
