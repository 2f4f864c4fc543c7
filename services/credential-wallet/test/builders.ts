import { makeSealingKeys, seal } from '@made-open/bus';
import { createHash, createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { FileKeyProvider } from '../src/keys/file-key-provider.ts';
import { parseKeyRing, type KeyRing } from '../src/keys/key-ring.ts';
import type { Envelope, SecretOwner } from '../src/secrets/envelope.ts';

export const pluginId = 'com.example.a';

/** Text of a KEK_FILE; the last key is the active one. */
export function kekFile(...ids: string[]): string {
  const keys = Object.fromEntries(ids.map((id) => [id, randomBytes(32).toString('base64')]));
  return JSON.stringify({ active: ids.at(-1), keys });
}

export const keyRing = (...ids: string[]): KeyRing => parseKeyRing(kekFile(...ids));
export const fileKeys = (...ids: string[]): FileKeyProvider => new FileKeyProvider(keyRing(...ids));

export function anOwner(change: Partial<SecretOwner> = {}): SecretOwner {
  return {
    kind: 'config',
    spaceId: 'default',
    pluginId,
    connectionId: 'c1',
    revision: 1,
    ...change,
  };
}

/** Of no use but to be kept. */
export const anEnvelope = (kekId = 'k1'): Envelope => ({
  kekId,
  wrapped: randomBytes(60),
  sealed: randomBytes(90),
});

/** A pair of keys in PEM, as the init step makes them. */
export function keyPair(type: 'ed25519' | 'x25519'): { publicKey: string; privateKey: string } {
  // Node has one overload for each type.
  const { publicKey, privateKey } =
    type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('x25519');
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

export const rawPublicKey = (privateKeyPem: string): Uint8Array =>
  Buffer.from(createPrivateKey(privateKeyPem).export({ format: 'jwk' }).x ?? '', 'base64url');

export function aTicket(): { ticket: string; ticketHash: string } {
  const ticket = randomBytes(32).toString('base64url');
  return { ticket, ticketHash: createHash('sha256').update(ticket).digest('hex') };
}

/** A put request as plugin-manager makes it. */
export async function sealedPut(
  walletKey: Uint8Array,
  value: unknown,
  change: Partial<SecretOwner> = {},
  purpose: 'put' | 'add' = 'put',
) {
  const { spaceId, connectionId, pluginId: plugin } = anOwner(change);
  const info = [`madeopen-config-${purpose}-v1`, spaceId, connectionId, plugin];
  const config = await seal(walletKey, info, JSON.stringify(value));
  return { spaceId, connectionId, pluginId: plugin, config };
}

/** A nonce and key as a runner makes them. */
export async function runnerSide() {
  return { keys: await makeSealingKeys(), nonce: randomBytes(16) };
}
