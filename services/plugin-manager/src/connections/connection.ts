import type { MessageInitShape } from '@bufbuild/protobuf';
import { ConnectionState, type ConnectionChangedSchema } from '@made-open/contracts';
import {
  lastTestView,
  type AskedTest,
  type ConnectionTest,
  type LastTestView,
} from '../connection-tests/connection-test.ts';
import {
  faultOf,
  grantsOf,
  manifestOf,
  unapproved,
  type Plugin,
  type Version,
} from '../plugins/plugin.ts';
import { actionFor } from '../runs/action-for.ts';
import { announcedInbound } from '../webhooks/declared-webhooks.ts';
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

export const connectionStates = [
  'active',
  'failed',
  'needs_configuration',
  'needs_reauthentication',
  'inactive',
  'paused',
  'deleting',
] as const;
export type ConnectionViewState = (typeof connectionStates)[number];

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
  /** What its last test came to. */
  readonly last_test: LastTestView | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** Fields that a config must have, as the manifest lists them. */
export function requiredFields(version: Version): string[] {
  const required = manifestOf(version).configSchema['required'];
  return Array.isArray(required)
    ? required.filter((field): field is string => typeof field === 'string')
    : [];
}

/** What keeps the connection from being active, or from part of its work, and what to do. */
export function reasonsOf(plugged: PluggedConnection): Reason[] {
  const { connection, plugin, reference } = plugged;
  const { isDeleting, reauthentication, isPaused } = connection;
  return [
    ...(isDeleting ? [deleting] : []),
    ...configReasons(plugged),
    ...(plugin.activeVersion === undefined
      ? [noActiveVersion]
      : [...faultReasons(reference), ...revokedReasons(plugin, reference)]),
    ...(reauthentication === undefined ? signInReasons(plugged) : [reauthentication]),
    ...(isPaused ? [paused] : []),
    ...(showFailure.has(stateOf(plugged)) ? failureReasons(connection) : []),
  ];
}

export function stateOf(plugged: PluggedConnection): ConnectionViewState {
  const { connection, plugin, reference } = plugged;
  if (connection.isDeleting) return 'deleting';
  if (configReasons(plugged).length > 0) return 'needs_configuration';
  if (plugin.activeVersion === undefined || faultOf(reference) !== undefined) return 'inactive';
  if (connection.reauthentication !== undefined || signInReasons(plugged).length > 0)
    return 'needs_reauthentication';
  if (connection.isPaused) return 'paused';
  return connection.failure === undefined ? 'active' : 'failed';
}

/** Any other state has a reason of its own, which comes before. */
const showFailure: ReadonlySet<ConnectionViewState> = new Set(['failed', 'paused']);
const deleting = { code: 'connection.deleting', message: 'it is being deleted' };
const paused = { code: 'connection.paused', message: 'it is paused; resume it' };
const notStored = {
  code: 'connection.config_not_stored',
  message: 'its config is not stored; send it again',
};
const noActiveVersion = {
  code: 'plugin.no_active_version',
  message: 'the plugin has no active version; activate one',
};

function configReasons({ connection, plugin, reference }: PluggedConnection): Reason[] {
  const missing = [
    ...requiredFields(reference).filter((field) => !connection.configFields.includes(field)),
    ...connection.configGaps,
  ].filter((field) => field !== plugin.account?.tokenField);
  return [
    ...(connection.configRevision === 0 ? [notStored] : []),
    ...missing.map((field) => ({
      code: 'connection.config_field_missing',
      message: `the config field "${field}" is missing${wayToFill(field, reference)}`,
    })),
  ];
}

function wayToFill(field: string, reference: Version): string {
  const { oauth } = manifestOf(reference);
  if (oauth === undefined || field !== (oauth.tokenProperty ?? 'accessToken')) return '';
  return `; give it, or set the OAuth client with PUT /admin/v1/plugins/${reference.pluginId}/oauth-client and sign in`;
}

/** It is tried again by its schedule all the same. */
function failureReasons({ failure }: Connection): Reason[] {
  if (failure === undefined) return [];
  const { code, message } = failure;
  const why = message === '' ? code : `${code}: ${message}`;
  return [
    {
      code: 'connection.sync_failed',
      message: `its newest sync failed (${why}); ${actionFor(failure)}`,
    },
  ];
}

/** Nobody has signed in yet to an account that needs it, and no token was entered by hand. */
function signInReasons({ connection, plugin: { account } }: PluggedConnection): Reason[] {
  if (account?.needsSignIn !== true || connection.tokenField !== undefined) return [];
  if (connection.configFields.includes(account.tokenField)) return [];
  return [
    {
      code: 'connection.not_signed_in',
      message: `nobody has signed in to the account yet; open the address that POST /admin/v1/connections/${connection.id}/authorize gives`,
    },
  ];
}

function faultReasons(active: Version): Reason[] {
  const fault = faultOf(active);
  if (fault === undefined) return [];
  return [
    { code: 'plugin.api_version', message: `version ${active.version} does not run: ${fault}` },
  ];
}

/** Approved when the version was activated, and taken back since: it runs on without. */
function revokedReasons(plugin: Plugin, active: Version): Reason[] {
  return unapproved(plugin, active).map((permission) => ({
    code: 'plugin.permission_not_approved',
    message: `version ${active.version} runs without "${permission}", which is not approved any more; approve it again, or activate a version that does not ask for it`,
  }));
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
    last_test: lastTestView(connection.lastTest),
    created_at: connection.createdAt.toISOString(),
    updated_at: connection.updatedAt.toISOString(),
  };
}

const states = {
  active: ConnectionState.ACTIVE,
  failed: ConnectionState.ACTIVE,
  inactive: ConnectionState.INACTIVE,
  needs_configuration: ConnectionState.INACTIVE,
  needs_reauthentication: ConnectionState.INACTIVE,
  paused: ConnectionState.PAUSED,
  // For the others it is gone already: etl must take nothing more of what is being erased.
  deleting: ConnectionState.DELETED,
};

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
    state: isDeleted ? ConnectionState.DELETED : states[stateOf(plugged)],
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
  };
}
