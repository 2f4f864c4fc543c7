import type { Fleet } from '../../fleet/fleet.ts';
import type { AdminScope } from '../../keys/api-key.ts';
import type { PluginStore } from '../../plugins/plugin-store.ts';
import { actualOf, type ActualState } from '../../providers/actual-state.ts';
import type { ConfigureProvider } from '../../providers/configure-provider.ts';
import { slotNames, type SlotName } from '../../providers/provider.ts';
import type { ProviderStore } from '../../providers/provider-store.ts';
import { providerConfigView, type ProviderState } from '../../providers/provider-view.ts';
import { RequestError } from '../../errors.ts';
import type { Built } from '../build.ts';
import { readPlugin } from './read-plugin.ts';

/** What it takes to get a built plugin to work, and how it stands: nothing of it is assumed. */
export interface PlaceView {
  readonly directory: string;
  readonly registration: Built['registration'];
  readonly slots: readonly {
    readonly slot: SlotName;
    /** The provider that it would replace. */
    readonly held_by: string | null;
  }[];
  readonly missing_credentials: readonly string[];
  readonly missing_settings: readonly string[];
  readonly scopes: { readonly needed: readonly string[]; readonly missing: readonly string[] };
  readonly installed: {
    readonly version: string;
    readonly digest: string;
    readonly is_this: boolean;
    readonly is_active: boolean;
  } | null;
  /** As of its runner and its connection; null before it is installed. */
  readonly actual: ActualState | null;
  /** Its runner says that exactly this version runs. */
  readonly is_running: boolean;
}

export interface PlaceParts {
  readonly plugins: PluginStore;
  readonly providers: ProviderStore;
  readonly fleet: Pick<Fleet, 'view'>;
}

/** Whom the view is for. */
export interface PlaceFor {
  readonly spaceId: string;
  readonly scopes: readonly string[];
}

/** Scopes of the way from the wizard to a fax that can be sent. */
const needed: readonly AdminScope[] = [
  'admin:plugins:read',
  'admin:plugins:write',
  'admin:plugins:approve',
  'admin:connections:write',
];

/** Looks where a built plugin stands. */
export class PlaceBuilt {
  readonly #parts: PlaceParts;
  readonly #configs: Pick<ConfigureProvider, 'show'>;

  constructor(parts: PlaceParts, configs: Pick<ConfigureProvider, 'show'>) {
    this.#parts = parts;
    this.#configs = configs;
  }

  async view(built: Built, { spaceId, scopes }: PlaceFor): Promise<PlaceView> {
    const manifest = readPlugin(built);
    const state = await this.#state(built.id, spaceId);
    const holders = await this.#parts.providers.slots(spaceId);
    const missing = missingOf(manifest.configSchema, state);
    return {
      directory: built.directory,
      registration: built.registration,
      slots: slotNames
        .filter((slot) => manifest.provider?.slots.includes(slot))
        .map((slot) => ({
          slot,
          held_by: holders.find((each) => each.slot === slot)?.holder?.pluginId ?? null,
        })),
      missing_credentials: missing.filter(({ isSecret }) => isSecret).map(({ name }) => name),
      missing_settings: missing.filter(({ isSecret }) => !isSecret).map(({ name }) => name),
      scopes: { needed, missing: needed.filter((scope) => !scopes.includes(scope)) },
      ...(await this.#standing(built, state)),
    };
  }

  async #standing(
    { id, version, digest }: Built,
    state: ProviderState | undefined,
  ): Promise<Pick<PlaceView, 'installed' | 'actual' | 'is_running'>> {
    if (state === undefined) return { installed: null, actual: null, is_running: false };
    const stored = await this.#parts.plugins.version(id, version);
    const runners = await this.#parts.fleet.view();
    const own = runners.find((set) => set.plugin_id === id && set.lane === 'stable');
    const { plugin, reference } = state;
    const isThis = stored?.digest === digest;
    const isActive = plugin.activeVersion === version;
    const shown = isThis ? stored : reference;
    return {
      installed: {
        version: shown.version,
        digest: shown.digest,
        is_this: isThis,
        is_active: plugin.activeVersion === shown.version,
      },
      actual: actualOf(state, own),
      is_running: isThis && isActive && own?.version === version && own.state === 'running',
    };
  }

  async #state(pluginId: string, spaceId: string): Promise<ProviderState | undefined> {
    try {
      return await this.#configs.show({ spaceId, pluginId });
    } catch (error) {
      if (error instanceof RequestError && error.status === 404) return undefined;
      throw error;
    }
  }
}

interface MissingField {
  readonly name: string;
  readonly isSecret: boolean;
}

/** Required fields of the new version that have neither a value nor a default. */
function missingOf(
  schema: Readonly<Record<string, unknown>>,
  state: ProviderState | undefined,
): readonly MissingField[] {
  const { required, properties } = schema;
  if (!Array.isArray(required) || typeof properties !== 'object' || properties === null) return [];
  const held = state === undefined ? [] : heldBy(state);
  return required
    .filter((name): name is string => typeof name === 'string' && !held.includes(name))
    .flatMap((name) => {
      const { writeOnly, default: preset }: { writeOnly?: unknown; default?: unknown } =
        Reflect.get(properties, name) ?? {};
      return preset === undefined ? [{ name, isSecret: writeOnly === true }] : [];
    });
}

function heldBy(state: ProviderState): readonly string[] {
  const { settings, credentials } = providerConfigView(state);
  const given = Object.entries(credentials).filter(([, mask]) => mask !== null);
  return [...Object.keys(settings), ...given.map(([name]) => name)];
}
