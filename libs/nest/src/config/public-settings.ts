import { readSealingPublicKey } from '@made-open/bus';
import { createPublicKey } from 'node:crypto';
import type { Environment } from './environment.ts';

/** The public key in the PEM file that a variable names, also without its wrapping. */
export function readPublicKey(
  environment: Environment,
  name: string,
  type: 'x25519' | 'ed25519',
): { readonly pem: string; readonly raw: Uint8Array } {
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

/** `PUBLIC_URL`: the address of channel-gateway as the world reaches it, without a slash at its end; empty where nobody says. */
export function readPublicUrl(environment: Environment): string {
  return environment.origin('PUBLIC_URL')?.replace(/\/$/u, '') ?? '';
}
