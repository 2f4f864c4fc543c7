import type { PluggedConnection, Reason } from '../connections/connection.ts';
import { reasonsOf, stateOf } from '../connections/states/connection-state.ts';
import type { RunnerView } from '../fleet/runner-view.ts';
import { unapproved, type Plugin, type Version } from '../plugins/plugin.ts';

export interface ActualState {
  readonly state: ActualName;
  readonly reasons: readonly Reason[];
  readonly runner: {
    readonly state: string;
    readonly wanted: number;
    readonly ready: number;
  } | null;
}

export const actualStates = [
  'inactive',
  'disabled',
  'needs_configuration',
  'crashed',
  'degraded',
  'running',
  'starting',
  'idle',
  'waiting',
] as const;
type ActualName = (typeof actualStates)[number];

/** What decides on it, beside its runner. */
interface Facts {
  readonly plugin: Plugin;
  readonly reference: Version;
  readonly connection: PluggedConnection | undefined;
}

/** It has a connection of its own that is not held. */
export function isEnabled({ connection }: Pick<Facts, 'connection'>): boolean {
  return connection !== undefined && !connection.connection.isPaused;
}

const troubled = new Set(['degraded', 'failed', 'rate_limited', 'needs_reauthentication']);

/** How a plugin fares in a space, whatever was wanted. */
export function actualOf(facts: Facts, runner: RunnerView | undefined): ActualState {
  const { plugin, reference, connection } = facts;
  const shown = runner && { state: runner.state, wanted: runner.wanted, ready: runner.ready };
  const isActive = plugin.activeVersion !== undefined;
  return {
    state: isActive ? nameOf(facts, runner) : 'inactive',
    reasons: [
      ...(isActive ? [] : [notActive(plugin, reference)]),
      ...(runner?.state === 'crashed' ? [crashed(runner)] : []),
      ...(isActive && connection !== undefined ? reasonsOf(connection) : []),
    ],
    runner: shown ?? null,
  };
}

function nameOf({ connection }: Facts, runner: RunnerView | undefined): ActualName {
  if (connection === undefined || !isEnabled({ connection })) return 'disabled';
  if (runner?.state === 'crashed') return 'crashed';
  const name = stateOf(connection);
  if (name === 'needs_configuration' || name === 'inactive') return name;
  return troubled.has(name) ? 'degraded' : (runner?.state ?? 'waiting');
}

/** Why nothing of a plugin runs, and what to do. */
export function notActive(plugin: Plugin, reference: Version): Reason {
  const missing = unapproved(plugin, reference);
  const way = `/admin/v1/plugins/${plugin.id}/versions/${reference.version}`;
  return {
    code: 'plugin.no_active_version',
    message:
      missing.length > 0
        ? `version ${reference.version} waits for the approval of ${missing.join(', ')}: POST ${way}/approve`
        : `no version is active: POST ${way}/activate`,
  };
}

function crashed({ last_fault: fault }: RunnerView): Reason {
  return { code: 'runner.crashed', message: fault ?? 'its runner ended too often' };
}
