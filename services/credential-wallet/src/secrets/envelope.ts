import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { WalletError } from '../errors.ts';
import type { KeyRing } from './key-ring.ts';

/** Whose value it is: bound into the ciphertext, so that a row moved elsewhere does not open. */
export interface SecretOwner {
  readonly spaceId: string;
  readonly pluginId: string;
  readonly connectionId: string;
  readonly revision: number;
}

/** A value as it lies in the database. */
export interface Envelope {
  readonly kekId: string;
  /** Data key under the key-encryption key: iv, tag, ciphertext. */
  readonly wrappedKey: Buffer;
  /** Value under the data key: iv, tag, ciphertext. */
  readonly sealed: Buffer;
}

const ivBytes = 12;
const tagBytes = 16;
const cipher = 'aes-256-gcm';

/** Encrypts a value under a data key of its own; a data key is used once, so its nonce cannot repeat. */
export function encrypt(ring: KeyRing, owner: SecretOwner, value: string): Envelope {
  const dataKey = randomBytes(32);
  return {
    kekId: ring.active,
    wrappedKey: sealBytes(keyOf(ring, ring.active), wrapBinding(ring.active, owner), dataKey),
    sealed: sealBytes(dataKey, valueBinding(owner), Buffer.from(value)),
  };
}

/** Opens a value; throws when the row was changed, moved, or its key is not there. Never gives a default. */
export function decrypt(
  ring: KeyRing,
  owner: SecretOwner,
  { kekId, wrappedKey, sealed }: Envelope,
): string {
  const dataKey = openBytes(keyOf(ring, kekId), wrapBinding(kekId, owner), wrappedKey);
  return openBytes(dataKey, valueBinding(owner), sealed).toString();
}

function keyOf(ring: KeyRing, id: string): Buffer {
  const key = ring.keys.get(id);
  if (key === undefined)
    throw new WalletError(
      'kek_unavailable',
      `the key-encryption key "${id}" is not in KEK_FILE; put it back, or enter the config again`,
    );
  return key;
}

function valueBinding({ spaceId, pluginId, connectionId, revision }: SecretOwner): Buffer {
  return Buffer.from(
    JSON.stringify(['madeopen-secret-v1', spaceId, pluginId, connectionId, revision]),
  );
}

/** The key's id is bound here and not above, so that a new key-encryption key rewraps data keys alone. */
function wrapBinding(
  kekId: string,
  { spaceId, pluginId, connectionId, revision }: SecretOwner,
): Buffer {
  return Buffer.from(JSON.stringify(['dek-v1', kekId, spaceId, pluginId, connectionId, revision]));
}

function sealBytes(key: Buffer, binding: Buffer, value: Buffer): Buffer {
  const iv = randomBytes(ivBytes);
  const encryption = createCipheriv(cipher, key, iv, { authTagLength: tagBytes }).setAAD(binding);
  const ciphertext = Buffer.concat([encryption.update(value), encryption.final()]);
  return Buffer.concat([iv, encryption.getAuthTag(), ciphertext]);
}

function openBytes(key: Buffer, binding: Buffer, sealed: Buffer): Buffer {
  try {
    const tag = sealed.subarray(ivBytes, ivBytes + tagBytes);
    const decryption = createDecipheriv(cipher, key, sealed.subarray(0, ivBytes), {
      authTagLength: tagBytes,
    })
      .setAAD(binding)
      .setAuthTag(tag);
    return Buffer.concat([
      decryption.update(sealed.subarray(ivBytes + tagBytes)),
      decryption.final(),
    ]);
  } catch (error) {
    throw new WalletError(
      'secret_tampered',
      'a stored config does not open: its row was changed, or the key is another one of the same name',
      { cause: error },
    );
  }
}
