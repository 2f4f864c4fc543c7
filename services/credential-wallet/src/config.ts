import type { Environment, Secret } from '@made-open/nest';
import { parseKeyRing, type KeyRing } from './secrets/key-ring.ts';

export interface WalletConfig {
  readonly keys: KeyRing;
  /** Ed25519, PKCS8 PEM: signs what is delivered. */
  readonly signingKey: Secret;
  /** X25519, PKCS8 PEM: opens what is put. */
  readonly sealingKey: Secret;
}

export function readConfig(environment: Environment): WalletConfig {
  const text = environment.secretFile('KEK_FILE').reveal();
  let keys: KeyRing = { active: '', keys: new Map() };
  try {
    if (text !== '') keys = parseKeyRing(text);
  } catch (error) {
    environment.fault(`KEK_FILE: ${error instanceof Error ? error.message : 'unreadable'}`);
  }
  return {
    keys,
    signingKey: environment.secretFile('WALLET_SIGNING_KEY_FILE'),
    sealingKey: environment.secretFile('WALLET_SEALING_KEY_FILE'),
  };
}
