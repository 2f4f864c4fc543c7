import type { Environment, Secret } from '@made-open/nest';
import { createPrivateKey } from 'node:crypto';
import type { KeyProvider } from './keys/key-provider.ts';
import { readKeyProviders } from './keys/key-settings.ts';

export interface WalletConfig {
  readonly keys: KeyProvider;
  /** Ed25519, PKCS8 PEM: signs what is delivered. */
  readonly signingKey: Secret;
  /** X25519, PKCS8 PEM: opens what is put. */
  readonly sealingKey: Secret;
}

export function readConfig(environment: Environment): WalletConfig {
  return {
    keys: readKeyProviders(environment),
    signingKey: readPrivateKey(environment, 'WALLET_SIGNING_KEY_FILE', 'ed25519'),
    sealingKey: readPrivateKey(environment, 'WALLET_SEALING_KEY_FILE', 'x25519'),
  };
}

function readPrivateKey(environment: Environment, name: string, type: string): Secret {
  const secret = environment.secretFile(name);
  if (environment.optional(name) !== undefined && typeOf(secret.reveal()) !== type)
    environment.fault(`${name}: it must hold an ${type} private key in PKCS8 PEM`);
  return secret;
}

function typeOf(pem: string): string | undefined {
  try {
    return createPrivateKey(pem).asymmetricKeyType;
  } catch {
    return undefined;
  }
}
