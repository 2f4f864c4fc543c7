import { isDeepStrictEqual } from 'node:util';
import { RequestError } from '../../errors.ts';
import { manifestOf } from '../../plugins/plugin.ts';
import { checkReady, checkSlot } from '../check-slot.ts';
import type { ConfigureProvider } from '../configure-provider.ts';
import {
  checkSettings,
  credentialNames,
  mergedSettings,
  withoutMasks,
  type SettingsRules,
} from '../provider-settings.ts';
import type { Settings, SlotName } from '../provider.ts';
import type { ProviderState } from '../provider-view.ts';
import type { NamedEntry } from './slots-file.ts';

interface PlannedProvider {
  readonly pluginId: string;
  readonly enabled: boolean;
  /** As a change of what it has. */
  readonly settings: Settings;
}

/** What an import does. */
export interface ImportPlan {
  /** Each once, whatever slots it has. */
  readonly providers: readonly PlannedProvider[];
  /** Slots that are not in it become empty. */
  readonly holders: ReadonlyMap<SlotName, string>;
  /** What is left out. */
  readonly notes: readonly string[];
}

type Configs = Pick<ConfigureProvider, 'show'>;

/** Looks at all of a file; throws what keeps any of it from being done. */
export async function planImport(
  configs: Configs,
  spaceId: string,
  entries: readonly NamedEntry[],
): Promise<ImportPlan> {
  const notes: string[] = [];
  const providers: PlannedProvider[] = [];
  const byPlugin = Map.groupBy(entries.filter(isNamed), ({ plugin }) => plugin ?? '');
  const left = new Set<string>();
  for (const [pluginId, own] of byPlugin) {
    const state = await found(configs, spaceId, pluginId);
    if (state === undefined) {
      notes.push(...own.map(leftOut));
      left.add(pluginId);
    } else providers.push(plannedProvider(state, own));
  }
  const holders = new Map(
    entries.flatMap(({ slot, plugin, enabled }) =>
      enabled && plugin !== null && plugin !== '' && !left.has(plugin) ? [[slot, plugin]] : [],
    ),
  );
  return { providers, holders, notes };
}

function plannedProvider(state: ProviderState, entries: readonly NamedEntry[]): PlannedProvider {
  const { plugin, reference, config } = state;
  const enabled = entries.filter((entry) => entry.enabled);
  if (enabled.length > 0) checkReady(plugin, reference);
  for (const { slot } of enabled) checkSlot(plugin, reference, slot);
  const current = config?.settings ?? {};
  const settings = replacing(current, oneOf(entries));
  const rules = rulesOf(state);
  checkSettings(mergedSettings(current, withoutMasks(settings, rules)), rules);
  return { pluginId: plugin.id, enabled: enabled.length > 0, settings };
}

/** The settings of all entries of a plugin, which has but one configuration. */
function oneOf(entries: readonly NamedEntry[]): Settings {
  const merged = new Map<string, unknown>();
  for (const { slot, plugin, settings } of entries)
    for (const [name, value] of Object.entries(settings)) {
      if (merged.has(name) && !isDeepStrictEqual(merged.get(name), value))
        throw new RequestError(
          'provider.import',
          422,
          `the slots of ${String(plugin)} give one of its settings different values, the last of them in ${slot}, but a plugin has one configuration here; give it the same in each`,
        );
      merged.set(name, value);
    }
  return Object.fromEntries(merged);
}

/** What the file does not name goes. */
function replacing(current: Settings, wanted: Settings): Settings {
  const gone = Object.keys(current).map((name) => [name, null]);
  return { ...Object.fromEntries(gone), ...wanted };
}

function rulesOf({ plugin, reference }: ProviderState): SettingsRules {
  const manifest = manifestOf(reference);
  const credentials = credentialNames(manifest, plugin.account?.tokenField);
  return { pluginId: plugin.id, configSchema: manifest.configSchema, credentials };
}

async function found(
  configs: Configs,
  spaceId: string,
  pluginId: string,
): Promise<ProviderState | undefined> {
  try {
    return await configs.show({ spaceId, pluginId });
  } catch (error) {
    if (error instanceof RequestError && error.status === 404) return undefined;
    throw error;
  }
}

/** Says that a plugin which is not here is left out; throws where that would leave the file undone. */
function leftOut({ slot, plugin, enabled, settings }: NamedEntry): string {
  const pluginId = String(plugin);
  const isOwnStorage = slot === 'storage' && plugin === 'local';
  if (enabled && !isOwnStorage)
    throw new RequestError(
      'provider.import',
      422,
      `the file names the plugin "${pluginId}", which is not installed here; install it, and import the file again`,
    );
  withoutMasks(settings, { pluginId, configSchema: {}, credentials: [] });
  return isOwnStorage
    ? 'storage: "local" is no plugin here; the platform keeps files itself, and the slot stays empty'
    : `${slot}: the plugin "${pluginId}" is not installed here; as it is not enabled, the slot stays empty`;
}

function isNamed({ plugin }: NamedEntry): boolean {
  return plugin !== null && plugin !== '';
}
