import type { MessageInitShape } from '@bufbuild/protobuf';
import { ConnectionState, type ConnectionChangedSchema } from '@made-open/contracts';
import {
  lastTestView,
  type AskedTest,
  type ConnectionTest,
  type LastTestView,
} from '../connection-tests/connection-test.ts';
import { faultOf, grantsOf, manifestOf, type Plugin, type Version } from '../plugins/plugin.ts';
import { announcedInbound } from '../webhooks/declared-webhooks.ts';
import type { ConnectionSignals } from './states/connection-signals.ts';
import {
  announcedState,
  configReasons,
  reasonsOf,
  stateOf,
  type ConnectionViewState,
} from './states/connection-state.ts';
import { announcedSettings, runSettingsView, type RunSettings } from './run-settings.ts';

/** A plugin with a config and a state. The config itself is the wallet's; here are only the names of its fields. */
export interface Connection {
  readonly id: string;
  readonly spaceId: string;
  readonly pluginId: string;
  readonly name: string;
  readonly isPaused: boolean;
  /** Revision of the config in the wallet; 0 when it holds none. */
  readonly configRevision: number;
  /** Declared fields that the config has. */
  readonly configFields: readonly string[];
  /** What the schema asked of this config beyond its list of required fields. */
  readonly configGaps: readonly string[];
  /** Why the source does not let it in any more, until somebody signs in again. */
  readonly reauthentication: Reason | undefined;
  /** The config field that the wallet filled last with an access token; none before somebody has signed in. */
  readonly tokenField: string | undefined;
  /** Why its newest sync failed; none when that went well, or the config has changed since. */
  readonly failure: Reason | undefined;
  /** What is known of how it fares beside that. */
  readonly signals: ConnectionSignals;
  /** It is being deleted, and all that it brought with it. */
  readonly isDeleting: boolean;
  /** Rises with every change. */
  readonly generation: number;
  /** Cron expression; empty for the plugin's own, or hourly. */
  readonly schedule: string;
  readonly timeZone: string;
  readonly runSettings: RunSettings;
  /** SHA-256 of the token in the addresses of its webhooks; none before there is one. */
  readonly webhookTokenHash: string | undefined;
  /** It is the one that the configuration of its plugin in its space is kept in. */
  readonly isProvider: boolean;
  /** The newest test that was asked for, until it is over. */
  readonly askedTest: AskedTest | undefined;
  readonly lastTest: ConnectionTest | undefined;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A connection with what decides on its state. */
export interface PluggedConnection {
  readonly connection: Connection;
  readonly plugin: Plugin;
  /** The active version, or the newest while none is active. */
  readonly reference: Version;
  /** The version that is tried out. */
  readonly tried?: Version | undefined;
}

/** Something that keeps a connection from its work, or from part of it; the code is for programs. */
export interface Reason {
  readonly code: string;
  readonly message: string;
}

export interface ConnectionView extends Required<RunSettings> {
  readonly id: string;
  readonly plugin_id: string;
  readonly plugin_version: string | null;
  readonly name: string;
  readonly space_id: string;
  readonly state: ConnectionViewState;
  /** Why it is not active, or what an active one does without. */
  readonly reasons: readonly Reason[];
  readonly schedule: string;
  readonly time_zone: string;
  /** Names of the config fields that are set, never their values. */
  readonly config_fields: readonly string[];
  readonly config_revision: number;
  /** It came with the configuration of its plugin, which its config is changed with. */
  readonly is_provider: boolean;
  /** What its last test came to. */
  readonly last_test: LastTestView | null;
  readonly created_at: string;
  readonly updated_at: string;
}

export function connectionView(plugged: PluggedConnection): ConnectionView {
  const { connection, plugin } = plugged;
  return {
    id: connection.id,
    plugin_id: connection.pluginId,
    plugin_version: plugin.activeVersion ?? null,
    name: connection.name,
    space_id: connection.spaceId,
    state: stateOf(plugged),
    reasons: reasonsOf(plugged),
    schedule: connection.schedule,
    time_zone: connection.timeZone,
    ...runSettingsView(connection.runSettings),
    config_fields: connection.configFields,
    config_revision: connection.configRevision,
    is_provider: connection.isProvider,
    last_test: lastTestView(connection.lastTest),
    created_at: connection.createdAt.toISOString(),
    updated_at: connection.updatedAt.toISOString(),
  };
}

/** Whatever one of its runners may write: each runner checks what its own version may. */
function announcedGrants({ plugin, reference, tried }: PluggedConnection): string[] {
  if (plugin.activeVersion === undefined) return [];
  const versions = [reference, ...(tried === undefined ? [] : [tried])];
  return [...new Set(versions.flatMap((version) => grantsOf(plugin, version)))];
}

/** As it would be if a version were the active one. */
export function under(
  { connection, plugin }: PluggedConnection,
  reference: Version,
): PluggedConnection {
  return { connection, plugin: { ...plugin, activeVersion: reference.version }, reference };
}

/** Whether a connection has all that a version needs, as it has all that the active one does. */
export function canTry(plugged: PluggedConnection, version: Version): boolean {
  return faultOf(version) === undefined && configReasons(under(plugged, version)).length === 0;
}

function canaryOf(plugged: PluggedConnection): {
  canary?: { version: string; percent: number; isFirst: boolean };
} {
  const { connection, plugin, tried } = plugged;
  const { canary } = plugin;
  if (canary === undefined || tried === undefined || !canTry(plugged, tried)) return {};
  const { version, percent, firstConnection } = canary;
  return { canary: { version, percent, isFirst: firstConnection === connection.id } };
}

/** A channel is synced only when its manifest says so, whatever its connection does. */
/** Operators have nothing to sync, and of the channels those that say when. */
export function hasSyncs(plugged: PluggedConnection): boolean {
  const { type } = plugged.plugin;
  return type === 'connector' || (type === 'channel' && scheduleOf(plugged) !== '');
}

function scheduleOf({ connection, plugin, reference }: PluggedConnection): string {
  const { schedule = '' } = manifestOf(reference);
  if (plugin.type === 'channel' && schedule === '') return '';
  return connection.schedule || schedule;
}

/** The whole state, as the other services hear of it. */
export function connectionChanged(
  plugged: PluggedConnection,
  isDeleted = false,
): MessageInitShape<typeof ConnectionChangedSchema> {
  const { connection, plugin, reference } = plugged;
  return {
    connectionId: connection.id,
    spaceId: connection.spaceId,
    pluginId: connection.pluginId,
    pluginVersion: plugin.activeVersion ?? '',
    state: isDeleted ? ConnectionState.DELETED : announcedState(stateOf(plugged)),
    grants: announcedGrants(plugged),
    ...canaryOf(plugged),
    generation: connection.generation,
    configRevision: connection.configRevision,
    schedule: scheduleOf(plugged),
    timeZone: connection.timeZone,
    ...announcedSettings(connection.runSettings, manifestOf(reference)),
    mappingVersion: 1,
    pluginType: plugin.type,
    name: connection.name,
    ...announcedInbound(plugged),
    ...announcedProvider(reference),
  };
}

function announcedProvider(reference: Version): { providerJson: string; actions: string[] } {
  const { provider, actions = [] } = manifestOf(reference);
  const providerJson = provider === undefined ? '' : JSON.stringify(provider);
  return { providerJson, actions: actions.map(({ name }) => name) };
}
