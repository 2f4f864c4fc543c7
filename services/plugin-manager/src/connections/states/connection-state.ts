import { ConnectionState } from '@made-open/contracts';
import { actionFor } from '../../runs/action-for.ts';
import {
  faultOf,
  manifestOf,
  unapproved,
  type Plugin,
  type Version,
} from '../../plugins/plugin.ts';
import type { Connection, PluggedConnection, Reason } from '../connection.ts';
import { partialReasons, throttleReasons, worksInPart } from './partial-reasons.ts';

export const connectionStates = [
  'connecting',
  'active',
  'degraded',
  'rate_limited',
  'failed',
  'needs_configuration',
  'needs_reauthentication',
  'inactive',
  'paused',
  'deleting',
] as const;
export type ConnectionViewState = (typeof connectionStates)[number];

const announced: Readonly<Record<ConnectionViewState, ConnectionState>> = {
  connecting: ConnectionState.ACTIVE,
  active: ConnectionState.ACTIVE,
  degraded: ConnectionState.ACTIVE,
  rate_limited: ConnectionState.ACTIVE,
  failed: ConnectionState.ACTIVE,
  inactive: ConnectionState.INACTIVE,
  needs_configuration: ConnectionState.INACTIVE,
  needs_reauthentication: ConnectionState.INACTIVE,
  paused: ConnectionState.PAUSED,
  // For the others it is gone already: etl must take nothing more of what is being erased.
  deleting: ConnectionState.DELETED,
};

/** As the other services know it: how well it does is not theirs to decide on. */
export function announcedState(state: ConnectionViewState): ConnectionState {
  return announced[state];
}

/** Whether it has its runs, its webhooks and its messages, however well they go. */
export function isWorking(state: ConnectionViewState): boolean {
  return announced[state] === ConnectionState.ACTIVE;
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
  const state = stateOf(plugged);
  return [
    ...(isDeleting ? [deleting] : []),
    ...configReasons(plugged),
    ...(plugin.activeVersion === undefined
      ? [noActiveVersion]
      : [...faultReasons(reference), ...revokedReasons(plugin, reference)]),
    ...(reauthentication === undefined ? signInReasons(plugged) : [reauthentication]),
    ...(isPaused ? [paused] : []),
    ...(state === 'connecting' ? [connecting] : []),
    // Any other state has a reason of its own, which comes before.
    ...(isWorking(state) || state === 'paused' ? howItFares(plugged) : []),
  ];
}

function howItFares(plugged: PluggedConnection): Reason[] {
  const { connection } = plugged;
  return [
    ...throttleReasons(connection),
    ...failureReasons(connection),
    ...partialReasons(plugged),
  ];
}

export function stateOf(plugged: PluggedConnection): ConnectionViewState {
  const { connection, plugin, reference } = plugged;
  if (connection.isDeleting) return 'deleting';
  if (configReasons(plugged).length > 0) return 'needs_configuration';
  if (plugin.activeVersion === undefined || faultOf(reference) !== undefined) return 'inactive';
  if (connection.reauthentication !== undefined || signInReasons(plugged).length > 0)
    return 'needs_reauthentication';
  return connection.isPaused ? 'paused' : workingState(plugged);
}

/** How one fares that has all that it needs. */
function workingState(plugged: PluggedConnection): ConnectionViewState {
  const { failure, signals } = plugged.connection;
  if (signals.throttle !== undefined) return 'rate_limited';
  if (failure !== undefined) return worksInPart(plugged) ? 'degraded' : 'failed';
  if (partialReasons(plugged).length > 0) return 'degraded';
  return signals.isTried === true || hasNothingToTry(plugged) ? 'active' : 'connecting';
}

/** An operator has no outside service: what it is asked, it answers by itself. */
function hasNothingToTry({ reference }: PluggedConnection): boolean {
  return manifestOf(reference).type === 'operator';
}

const connecting = {
  code: 'connection.connecting',
  message: 'nothing was tried with it yet; its first sync, delivery, message or test will tell',
};
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

/** What its config lacks. */
export function configReasons({ connection, plugin, reference }: PluggedConnection): Reason[] {
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
