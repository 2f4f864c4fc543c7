import type { Environment, Secret } from '@made-open/nest';
import { createPrivateKey } from 'node:crypto';
import { parseKeyRing, type KeyRing } from './keys/key-ring.ts';

export interface WalletConfig {
  readonly keys: KeyRing;
  /** Ed25519, PKCS8 PEM: signs what is delivered. */
  readonly signingKey: Secret;
  /** X25519, PKCS8 PEM: opens what is put. */
  readonly sealingKey: Secret;
}

export function readConfig(environment: Environment): WalletConfig {
  return {
    keys: readKeys(environment),
    signingKey: readPrivateKey(environment, 'WALLET_SIGNING_KEY_FILE', 'ed25519'),
    sealingKey: readPrivateKey(environment, 'WALLET_SEALING_KEY_FILE', 'x25519'),
  };
}

function readKeys(environment: Environment): KeyRing {
  const name = 'KEK_FILE';
  const text = environment.secretFile(name).reveal();
  try {
    if (environment.optional(name) !== undefined) return parseKeyRing(text);
  } catch (error) {
    environment.fault(`${name}: ${error instanceof TypeError ? error.message : 'unreadable'}`);
  }
  return { active: '', keys: new Map() };
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
