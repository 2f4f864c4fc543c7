import { readSealingPublicKey, type RunnerSigner } from '@made-open/bus';
import type { Environment } from '@made-open/nest';
import { fileURLToPath } from 'node:url';

export interface ManagerConfig {
  /** X25519 public key of the wallet, raw. */
  readonly walletSealingKey: Uint8Array;
  /** Ed25519 public key of the wallet, SPKI PEM, handed to runners. */
  readonly walletSigningKey: string;
  readonly runnerSigner: RunnerSigner;
  readonly natsUrl: string;
  /** Entry of the runner process. */
  readonly runnerEntry: string;
  readonly bootstrapKey: { readonly id: string; readonly hash: string } | undefined;
  /** JSON file of the operator's egress overrides. */
  readonly egressOverridesFile: string | undefined;
}

export function readConfig(environment: Environment): ManagerConfig {
  const sealing = environment.secretFile('WALLET_SEALING_PUBLIC_KEY_FILE').reveal();
  const hash = environment.optional('BOOTSTRAP_KEY_HASH');
  return {
    walletSealingKey: sealing === '' ? new Uint8Array() : readSealingPublicKey(sealing),
    walletSigningKey: environment.secretFile('WALLET_SIGNING_PUBLIC_KEY_FILE').reveal(),
    runnerSigner: {
      accountPublicKey: environment.text('NATS_ACCOUNT_PUBLIC_KEY'),
      signingSeed: environment.secretFile('RUNNER_SIGNING_KEY_FILE').reveal(),
    },
    natsUrl: environment.text('NATS_URL'),
    runnerEntry: environment.text(
      'RUNNER_ENTRY',
      fileURLToPath(new URL('../../plugin-runner/dist/main.js', import.meta.url)),
    ),
    bootstrapKey:
      hash === undefined ? undefined : { id: environment.text('BOOTSTRAP_KEY_ID'), hash },
    egressOverridesFile: environment.optional('EGRESS_OVERRIDES_FILE'),
  };
}
