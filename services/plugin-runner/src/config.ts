import { pluginToken } from '@made-open/contracts';
import { Secret, type Environment } from '@made-open/nest';
import { PodIdentity } from './identity/pod-identity.ts';
import { defaultSlice, type SliceLimits } from './runs/frames/slice.ts';

/** What a runner learns from the manager that started it. */
export interface RunnerConfig {
  readonly pluginId: string;
  readonly version: string;
  /** Runs of everybody, or those that try out this version. */
  readonly lane: 'stable' | 'canary';
  /** NATS token of the plugin. */
  readonly token: string;
  /** JSON with the one-time ticket and the wallet's public signing key; empty for a pod. */
  readonly secrets: Secret;
  /** Of a pod, which learns by it what a process is handed. */
  readonly identity: PodIdentity | undefined;
  /** Syncs at a time. */
  readonly concurrency: number;
  /** Short calls at a time, beside the syncs. */
  readonly invocationConcurrency: number;
  readonly slice: SliceLimits;
  /** `http://host:port` of the proxy that requests of plugins go through. */
  readonly egressProxy: string | undefined;
  /** Well below the 30 s after which a command that nobody works on comes again. */
  readonly heartbeatMs: number;
  /** Refuse to run where a sandbox process cannot be shut in as a whole. */
  readonly requireConfinement: boolean;
  /** Folder of the built Python, for plugins that are written in it. */
  readonly pythonRuntime: string | undefined;
}

export function readConfig(environment: Environment): RunnerConfig {
  const pluginId = environment.text('PLUGIN_ID');
  return {
    pluginId,
    version: environment.text('PLUGIN_VERSION'),
    lane: readLane(environment),
    token: pluginToken(pluginId),
    ...readSecrets(environment, pluginId),
    concurrency: environment.integer('RUN_CONCURRENCY', 4, { min: 1, max: 32 }),
    invocationConcurrency: environment.integer('INVOCATION_CONCURRENCY', 8, { min: 1, max: 64 }),
    slice: readSlice(environment),
    egressProxy: environment.origin('EGRESS_PROXY_URL'),
    heartbeatMs: environment.integer('HEARTBEAT_MS', 10_000, { min: 100, max: 20_000 }),
    requireConfinement: environment.flag('REQUIRE_CONFINEMENT'),
    pythonRuntime: environment.optional('PYTHON_RUNTIME_DIR'),
  };
}

function readSecrets(
  environment: Environment,
  pluginId: string,
): Pick<RunnerConfig, 'secrets' | 'identity'> {
  const tokenFile = environment.optional('IDENTITY_TOKEN_FILE');
  if (tokenFile === undefined)
    return { secrets: environment.secretFile('RUNNER_SECRETS_FILE'), identity: undefined };
  const identity = new PodIdentity({
    pluginId,
    tokenFile,
    natsUrl: environment.text('NATS_URL'),
    natsCaFile: environment.readableFile('NATS_CA_FILE'),
    bootstrapFile: environment.text('NATS_CREDENTIALS_FILE'),
    managerKeyFile: environment.text('MANAGER_IDENTITY_KEY_FILE'),
  });
  return { secrets: new Secret(''), identity };
}

function readLane(environment: Environment): RunnerConfig['lane'] {
  const lane = environment.text('RUNNER_LANE', 'stable');
  if (lane === 'stable' || lane === 'canary') return lane;
  environment.fault(`RUNNER_LANE must be stable or canary, not "${lane}"`);
  return 'stable';
}

function readSlice(environment: Environment): SliceLimits {
  const limit = (name: string, fallback: number): number =>
    environment.integer(name, fallback, { min: 1 });
  return {
    wallMs: limit('SLICE_WALL_MS', defaultSlice.wallMs),
    items: limit('SLICE_ITEMS', defaultSlice.items),
    bytes: limit('SLICE_BYTES', defaultSlice.bytes),
    unslicedWallMs: limit('UNSLICED_WALL_MS', defaultSlice.unslicedWallMs),
  };
}

/** The content of RUNNER_SECRETS_FILE. */
export function readRunnerSecrets(text: string): { ticket: string; walletSigningKey: string } {
  const value: unknown = JSON.parse(text);
  const { ticket, walletSigningKey } = {
    ticket: undefined,
    walletSigningKey: undefined,
    ...(typeof value === 'object' ? value : {}),
  };
  if (typeof ticket !== 'string' || typeof walletSigningKey !== 'string')
    throw new TypeError('RUNNER_SECRETS_FILE must hold {"ticket", "walletSigningKey"}');
  return { ticket, walletSigningKey };
}
