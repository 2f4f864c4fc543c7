import { readSealingPublicKey, type RunnerSigner } from '@made-open/bus';
import type { Environment } from '@made-open/nest';
import { createPublicKey } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { BootstrapKey } from './keys/authenticate.ts';

export interface ManagerConfig {
  /** X25519 public key of the wallet, raw. */
  readonly walletSealingKey: Uint8Array;
  /** Ed25519 public key of the wallet, SPKI PEM, handed to runners. */
  readonly walletSigningKey: string;
  readonly runner: {
    readonly signer: RunnerSigner;
    readonly natsUrl: string;
    /** Script of the runner process. */
    readonly entry: string;
    /** Variables handed on to runners. */
    readonly environment: Readonly<Record<string, string>>;
  };
  readonly bootstrapKey: BootstrapKey | undefined;
  /** JSON file of the operator's egress overrides. */
  readonly egressOverridesFile: string | undefined;
}

const handedOn = [
  'PATH',
  'LOG_LEVEL',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'RUN_CONCURRENCY',
  'SLICE_WALL_MS',
  'SLICE_ITEMS',
  'SLICE_BYTES',
  'UNSLICED_WALL_MS',
  'REQUIRE_CONFINEMENT',
];

export function readConfig(environment: Environment): ManagerConfig {
  return {
    walletSealingKey: readPublicKey(environment, 'WALLET_SEALING_PUBLIC_KEY_FILE', 'x25519').raw,
    walletSigningKey: readPublicKey(environment, 'WALLET_SIGNING_PUBLIC_KEY_FILE', 'ed25519').pem,
    runner: {
      signer: {
        accountPublicKey: environment.text('NATS_ACCOUNT_PUBLIC_KEY'),
        signingSeed: environment.secretFile('RUNNER_SIGNING_KEY_FILE').reveal(),
      },
      natsUrl: environment.text('NATS_URL'),
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
    bootstrapKey: readBootstrapKey(environment),
    egressOverridesFile: environment.optional('EGRESS_OVERRIDES_FILE'),
  };
}

/** The hash comes in a file, or as it is: it opens nothing. */
function readBootstrapKey(environment: Environment): BootstrapKey | undefined {
  const given =
    environment.optional('BOOTSTRAP_KEY_HASH_FILE') === undefined
      ? environment.optional('BOOTSTRAP_KEY_HASH')
      : environment.secretFile('BOOTSTRAP_KEY_HASH_FILE').reveal();
  if (given === undefined) return undefined;
  const [hash, id] = [given.trim().toLowerCase(), environment.text('BOOTSTRAP_KEY_ID')];
  if (!/^[0-9a-f]{64}$/u.test(hash))
    environment.fault('BOOTSTRAP_KEY_HASH must be the SHA-256 of the key, 64 hexadecimal digits');
  return { id, hash };
}

function readPublicKey(
  environment: Environment,
  name: string,
  type: 'x25519' | 'ed25519',
): { pem: string; raw: Uint8Array } {
  const pem = environment.secretFile(name).reveal();
  if (pem === '') return { pem, raw: new Uint8Array() }; // told already
  try {
    if (createPublicKey(pem).asymmetricKeyType !== type) throw new TypeError('another kind of key');
    return { pem, raw: readSealingPublicKey(pem) };
  } catch {
    environment.fault(`${name} must name a file with an ${type} public key in PEM`);
    return { pem: '', raw: new Uint8Array() };
  }
}
