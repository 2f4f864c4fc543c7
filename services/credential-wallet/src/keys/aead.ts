import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const cipher = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

/** Encrypts and authenticates: nonce, tag, ciphertext. `binding` must be the same when it is opened. */
export function sealBytes(key: Buffer, binding: string, value: Buffer): Buffer {
  const iv = randomBytes(ivBytes);
  const encryption = createCipheriv(cipher, key, iv, { authTagLength: tagBytes });
  encryption.setAAD(Buffer.from(binding));
  const ciphertext = Buffer.concat([encryption.update(value), encryption.final()]);
  return Buffer.concat([iv, encryption.getAuthTag(), ciphertext]);
}

/** Throws when key, binding or bytes are not those it was sealed with. */
export function openBytes(key: Buffer, binding: string, sealed: Buffer): Buffer {
  const iv = sealed.subarray(0, ivBytes);
  const tag = sealed.subarray(ivBytes, ivBytes + tagBytes);
  // Without a fixed length Node takes a tag of 4 bytes, which can be guessed.
  const decryption = createDecipheriv(cipher, key, iv, { authTagLength: tagBytes });
  decryption.setAAD(Buffer.from(binding)).setAuthTag(tag);
  const value = decryption.update(sealed.subarray(ivBytes + tagBytes));
  return Buffer.concat([value, decryption.final()]);
}
