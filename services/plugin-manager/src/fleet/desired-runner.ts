import type { Manifest } from '@made-open/manifest';
import { sha256 } from '../bundles/digest.ts';
import type { PluggedConnection } from '../connections/connection.ts';
import {
  isWorking,
  stateOf,
  type ConnectionViewState,
} from '../connections/states/connection-state.ts';
import { faultOf, grantsOf, manifestOf, type Plugin, type Version } from '../plugins/plugin.ts';
import { webhooksOf } from '../webhooks/declared-webhooks.ts';
import { concurrencyOf } from '../scaling/scaling-policy.ts';
import type { RunnerLane, RunnerRoom, RunnerSet } from './fleet-driver.ts';

/** A set of runners as a version wants it; how many there are is the work's affair. */
export type RunnerForm = Omit<RunnerSet, 'replicas'>;

/** What decides on a plugin's runners. */
export interface RunnerFacts {
  readonly plugin: Plugin;
  /** The active version, or the one that is tried out. */
  readonly version: Version;
  readonly connections: readonly PluggedConnection[];
  /** The egress overrides that concern the plugin. */
  readonly overrides: string;
  /** Runs at a time in one runner, unless the plugin says otherwise. */
  readonly concurrency: number;
}

const defaultIsolateMb = 64;
/** What an isolate holds of Python itself: memory of WebAssembly, and compiled code. */
const pythonMb = 64;

/** Nothing new begins for the others of them, but what is under way has to end, and its end has to be told. */
const alsoServed: ReadonlySet<ConnectionViewState> = new Set(['paused', 'needs_reauthentication']);

function isServed(connection: PluggedConnection): boolean {
  const state = stateOf(connection);
  if (state === 'deleting') return hasSubscriptions(connection);
  return isWorking(state) || alsoServed.has(state);
}

/** Its plugin has to end what the source was asked to send before it goes. */
function hasSubscriptions({ reference }: PluggedConnection): boolean {
  return webhooksOf(manifestOf(reference)).some(({ subscription }) => subscription !== undefined);
}

/** Runners for an active version, or one that is tried out, of a plugin with a connection that may have a run; none for any other. */
export function desiredRunner(facts: RunnerFacts): RunnerForm | undefined {
  const { plugin, version, connections } = facts;
  const lane = laneOf(plugin, version);
  if (lane === undefined) return undefined;
  if (faultOf(version) !== undefined) return undefined;
  if (!connections.some(isServed)) return undefined;
  return {
    pluginId: plugin.id,
    version: version.version,
    lane,
    fingerprint: fingerprintOf(facts),
    ...roomFor(manifestOf(version), facts),
  };
}

/** What a runner of a plugin is to take at a time, if it has room for it. */
export function roomFor(
  { scaling, limits, runtime }: Pick<Manifest, 'scaling' | 'limits' | 'runtime'>,
  platform: Pick<RunnerFacts, 'concurrency'>,
): RunnerRoom {
  return {
    concurrency: concurrencyOf(scaling, platform),
    isolateMb: (limits?.memoryMb ?? defaultIsolateMb) + (runtime === 'python' ? pythonMb : 0),
  };
}

function laneOf({ activeVersion, canary }: Plugin, { version }: Version): RunnerLane | undefined {
  if (activeVersion === version) return 'stable';
  return canary?.version === version ? 'canary' : undefined;
}

function fingerprintOf({ plugin, version, overrides }: RunnerFacts): string {
  const { digest, bundleDigest } = version;
  return sha256(JSON.stringify([digest, bundleDigest, grantsOf(plugin, version), overrides]));
}
