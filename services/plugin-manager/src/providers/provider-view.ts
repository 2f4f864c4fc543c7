import { validateConfig, type Manifest } from '@made-open/manifest';
import type { PluggedConnection } from '../connections/connection.ts';
import { requiredFields } from '../connections/states/connection-state.ts';
import type { RunnerView } from '../fleet/runner-view.ts';
import { manifestOf, type Plugin, type Version } from '../plugins/plugin.ts';
import { actualOf, isEnabled, type ActualState } from './actual-state.ts';
import { credentialMask, credentialNames, withDefaults } from './provider-settings.ts';
import type { ProviderConfig, Settings, Slot, SlotName } from './provider.ts';

/** All that is known of a plugin as a provider in one space. */
export interface ProviderState {
  readonly spaceId: string;
  readonly plugin: Plugin;
  readonly reference: Version;
  readonly config: ProviderConfig | undefined;
  readonly connection: PluggedConnection | undefined;
  readonly slots: readonly Slot[];
}

export interface ProviderConfigView {
  readonly plugin_id: string;
  readonly space_id: string;
  readonly connection_id: string | null;
  readonly enabled: boolean;
  readonly is_configured: boolean;
  /** Config fields that it cannot do without. */
  readonly missing: readonly string[];
  readonly settings: Settings;
  /** The mask where one is set, null where none is. */
  readonly credentials: Readonly<Record<string, string | null>>;
  /** Slots that it has. */
  readonly slots: readonly SlotName[];
  readonly revision: number;
  readonly config_schema: object;
}

export interface ProviderPluginView {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly categories: readonly string[];
  readonly capabilities: readonly string[];
  readonly learn_more: string | null;
  /** As the operator wants it. */
  readonly enabled: boolean;
  /** As it is: of its runner and its connection. */
  readonly actual: ActualState;
  readonly configurable: boolean;
  readonly is_configured: boolean;
  readonly missing: readonly string[];
  readonly slots: readonly SlotName[];
}

export function providerConfigView(state: ProviderState): ProviderConfigView {
  const { plugin, spaceId, reference, config } = state;
  const manifest = manifestOf(reference);
  const names = credentialNames(manifest, plugin.account?.tokenField);
  const held = state.connection?.connection.configFields ?? [];
  const missing = missingFields(state);
  return {
    plugin_id: plugin.id,
    space_id: spaceId,
    connection_id: config?.connectionId ?? null,
    enabled: isEnabled(state),
    is_configured: missing.length === 0,
    missing,
    settings: withDefaults(manifest.configSchema, config?.settings ?? {}, names),
    credentials: Object.fromEntries(
      names.map((name) => [name, held.includes(name) ? credentialMask : null]),
    ),
    slots: slotsOf(state),
    revision: config?.revision ?? 0,
    config_schema: manifest.configSchema,
  };
}

export function providerPluginView(
  state: ProviderState,
  runner: RunnerView | undefined,
): ProviderPluginView {
  const { plugin, reference } = state;
  const manifest = manifestOf(reference);
  const missing = missingFields(state);
  return {
    id: plugin.id,
    name: plugin.name,
    version: reference.version,
    type: plugin.type,
    categories: categoriesOf(manifest),
    capabilities: (manifest.actions ?? []).map(({ name }) => name),
    learn_more: manifest.provider?.learnMore ?? null,
    enabled: isEnabled(state),
    actual: actualOf(state, runner),
    configurable: Object.keys(manifest.configSchema).length > 0,
    is_configured: missing.length === 0,
    missing,
    slots: slotsOf(state),
  };
}

/** Required config fields that are neither set nor have a default. */
export function missingFields({ plugin, reference, config, connection }: ProviderState): string[] {
  const manifest = manifestOf(reference);
  const tokenField = plugin.account?.tokenField;
  const names = credentialNames(manifest, tokenField);
  const settings = withDefaults(manifest.configSchema, config?.settings ?? {}, names);
  const { configFields = [], configGaps = validateConfig(manifest, settings).missing } =
    connection?.connection ?? {};
  const isThere = (name: string): boolean =>
    Object.hasOwn(settings, name) || configFields.includes(name) || name === tokenField;
  return [...new Set([...requiredFields(reference), ...configGaps])].filter(
    (name) => !isThere(name),
  );
}

function slotsOf({ plugin, slots }: ProviderState): SlotName[] {
  return slots.filter(({ holder }) => holder?.pluginId === plugin.id).map(({ slot }) => slot);
}

function categoriesOf({ type, provider, actions = [] }: Manifest): string[] {
  const isMessaging = actions.some(({ name }) => name === 'send_message');
  return [
    ...(provider?.slots ?? []),
    ...(isMessaging ? ['messaging'] : []),
    ...(type === 'connector' ? ['connector'] : []),
  ];
}
