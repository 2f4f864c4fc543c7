import type { RunnerLane, RunnerSetStatus } from './fleet-driver.ts';

type RunnerState = 'running' | 'starting' | 'idle' | 'waiting' | 'crashed';

/** The runners of one version of a plugin, as operators see them. */
export interface RunnerView {
  readonly plugin_id: string;
  readonly version: string;
  readonly lane: RunnerLane;
  readonly state: RunnerState;
  readonly wanted: number;
  readonly present: number;
  readonly ready: number;
  /** A number that was set in the cluster itself. */
  readonly pinned: number | null;
  readonly started_at: string | null;
  readonly crashes: number;
  /** How one ended last, or why none could be started. */
  readonly last_fault: string | null;
}

export function runnerView(set: RunnerSetStatus): RunnerView {
  return {
    plugin_id: set.pluginId,
    version: set.version,
    lane: set.lane,
    state: stateOf(set),
    wanted: set.wanted,
    present: set.present,
    ready: set.ready,
    pinned: set.pinned ?? null,
    started_at: set.startedAt?.toISOString() ?? null,
    crashes: set.crashes,
    last_fault: set.fault ?? null,
  };
}

function stateOf({ isBroken, wanted, present, ready }: RunnerSetStatus): RunnerState {
  if (isBroken) return 'crashed';
  if (ready > 0) return 'running';
  if (present > 0) return 'starting';
  return wanted === 0 ? 'idle' : 'waiting';
}
