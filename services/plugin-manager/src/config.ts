import type { RunnerSigner } from '@made-open/bus';
import {
  readKeySettings,
  readPublicKey,
  readProfile,
  readPublicUrl,
  Secret,
  type Environment,
  type KeySettings,
  type ProfileName,
} from '@made-open/nest';
import { fileURLToPath } from 'node:url';
import type { ScalingLimits } from './scaling/scaling-policy.ts';
import { readApiServerUrl, readRunnerPods } from './kubernetes/read-runner-pods.ts';
import type { RunnerPodSettings } from './kubernetes/runner-settings.ts';
import { readTokenSettings, type TokenSettings } from './tokens/token-settings.ts';

export interface ManagerConfig extends KeySettings {
  /** Absent where API keys alone open the admin API. */
  readonly tokens: TokenSettings | undefined;
  /** Which rules hold for the whole platform. */
  readonly profile: ProfileName;
  /** X25519 public key of the wallet, raw. */
  readonly walletSealingKey: Uint8Array;
  /** Ed25519 public key of the wallet, SPKI PEM, handed to runners. */
  readonly walletSigningKey: string;
  /** Address of channel-gateway as providers reach it, for the addresses of webhooks; empty where nobody says. */
  readonly publicUrl: string;
  readonly runner: {
    readonly signer: RunnerSigner;
    readonly natsUrl: string;
    /** Script of the runner process. */
    readonly entry: string;
    /** Runners are pods; processes of this machine without it. */
    readonly pods: RunnerPodSettings | undefined;
    /** Of the cluster that this process is a pod of; empty where runners are processes. */
    readonly apiServerUrl: string;
    /** How long credentials of a pod are good; it gets others at half of that. */
    readonly credentialSeconds: number;
    /** PKCS8 PEM of the X25519 key that pods seal their requests to; empty where there are none. */
    readonly identityKey: Secret;
    /** Variables handed on to runners. */
    readonly environment: Readonly<Record<string, string>>;
  };
  readonly scaling: ScalingLimits;
  /** How long a version that is tried out may be without a runner that takes its runs. */
  readonly canaryReadyMs: number;
  /** How long a caller waits at most for the test of a connection. */
  readonly testMs: number;
  /** JSON file of the operator's egress overrides. */
  readonly egressOverridesFile: string | undefined;
  /** `http://host:port` of the proxy that its own requests go through, and those of plugins. */
  readonly egressProxy: string | undefined;
  /** Where the built runtime of Python plugins lies; absent where there is none. */
  readonly pythonRuntime: string | undefined;
  /** The operator's own entries of the registry. */
  readonly registryFile: string | undefined;
  /** Hosts, `host` or `host:port`, that manifests may be installed from. */
  readonly installHosts: readonly string[];
  /** Plugins in it are loaded. */
  readonly pluginsFolder: string | undefined;
  /** Whether the builder of plugins is there. */
  readonly hasBuilder: boolean;
}

const handedOn = [
  'PATH',
  'LOG_LEVEL',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'EGRESS_PROXY_URL',
  'SLICE_WALL_MS',
  'SLICE_ITEMS',
  'SLICE_BYTES',
  'UNSLICED_WALL_MS',
  'HEARTBEAT_MS',
  'INVOCATION_CONCURRENCY',
  'REQUIRE_CONFINEMENT',
  'PYTHON_RUNTIME_DIR',
];

export function readConfig(environment: Environment): ManagerConfig {
  const pods = readRunnerPods(environment);
  return {
    ...readKeySettings(environment, { perSecond: 10, burst: 100 }),
    tokens: readTokenSettings(environment),
    profile: readProfile(environment),
    walletSealingKey: readPublicKey(environment, 'WALLET_SEALING_PUBLIC_KEY_FILE', 'x25519').raw,
    walletSigningKey: readPublicKey(environment, 'WALLET_SIGNING_PUBLIC_KEY_FILE', 'ed25519').pem,
    publicUrl: readPublicUrl(environment),
    runner: {
      signer: {
        accountPublicKey: environment.text('NATS_ACCOUNT_PUBLIC_KEY'),
        signingSeed: environment.secretFile('RUNNER_SIGNING_KEY_FILE').reveal(),
      },
      natsUrl: environment.text('NATS_URL'),
      pods,
      apiServerUrl: pods === undefined ? '' : readApiServerUrl(environment),
      identityKey:
        pods === undefined ? new Secret('') : environment.secretFile('RUNNER_IDENTITY_KEY_FILE'),
      credentialSeconds: environment.integer('RUNNER_CREDENTIAL_SECONDS', 14_400, {
        min: 60,
        max: 86_400,
      }),
      entry: environment.text(
        'RUNNER_ENTRY',
        fileURLToPath(new URL('../../plugin-runner/dist/main.js', import.meta.url)),
      ),
      environment: Object.fromEntries(
        handedOn.flatMap((name) => {
          const value = environment.optional(name);
          return value === undefined ? [] : [[name, value]];
        }),
      ),
    },
    scaling: {
      maxReplicas: environment.integer('RUNNER_MAX_REPLICAS', 10, { min: 1, max: 100 }),
      concurrency: environment.integer('RUN_CONCURRENCY', 4, { min: 1, max: 32 }),
      idleSeconds: environment.integer('RUNNER_IDLE_SECONDS', 0, { max: 86_400 }),
    },
    canaryReadyMs: environment.integer('CANARY_READY_SECONDS', 300, { min: 10, max: 3600 }) * 1000,
    testMs: environment.integer('CONNECTION_TEST_SECONDS', 30, { min: 1, max: 120 }) * 1000,
    egressOverridesFile: environment.optional('EGRESS_OVERRIDES_FILE'),
    egressProxy: environment.origin('EGRESS_PROXY_URL'),
    pythonRuntime: environment.optional('PYTHON_RUNTIME_DIR'),
    pluginsFolder: environment.optional('PLUGINS_DIR'),
    hasBuilder: environment.text('BUILDER_ENABLED', 'true') !== 'false',
    registryFile: environment.readableFile('PLUGIN_REGISTRY_FILE'),
    installHosts: readInstallHosts(environment),
  };
}

/** A comma-separated list, of hosts or of addresses of which only the host counts. */
function readInstallHosts(environment: Environment): string[] {
  const names = environment.text('PLUGIN_INSTALL_URLS', '').split(',');
  return names
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map((name) => {
      const url = URL.parse(name.includes('://') ? name : `https://${name}`);
      if (url?.protocol === 'https:' && url.username === '') return url.host;
      environment.fault('PLUGIN_INSTALL_URLS must be hosts as plugins.example.com, with commas');
      return '';
    });
}
