import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { createPrivateKey, createPublicKey, sign, verify, webcrypto } from 'node:crypto';

/** A text that only the owner of a key can open (HPKE, RFC 9180, base mode). */
export interface SealedBox {
  readonly encapsulatedKey: Uint8Array;
  readonly ciphertext: Uint8Array;
}

const suite = new CipherSuite({
  kem: new DhkemX25519HkdfSha256(),
  kdf: new HkdfSha256(),
  aead: new Aes256Gcm(),
});

/** A pair of X25519 keys that live in memory only; the public one is 32 raw bytes. */
export async function makeSealingKeys(): Promise<{
  publicKey: Uint8Array;
  privateKey: webcrypto.CryptoKey;
}> {
  const pair = await suite.kem.generateKeyPair();
  return {
    publicKey: new Uint8Array(await suite.kem.serializePublicKey(pair.publicKey)),
    privateKey: pair.privateKey,
  };
}

/** Raw 32 bytes of an X25519 public key in SPKI PEM. */
export function readSealingPublicKey(pem: string): Uint8Array {
  const { x } = createPublicKey(pem).export({ format: 'jwk' });
  return Buffer.from(x ?? '', 'base64url');
}

/** Reads an X25519 private key in PKCS8 PEM. */
export function readSealingPrivateKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ format: 'der', type: 'pkcs8' });
  return webcrypto.subtle.importKey('pkcs8', der, { name: 'X25519' }, true, ['deriveBits']);
}

/** Seals a text; `info` binds it to its purpose and owner, and must be the same when it is opened. */
export async function seal(
  publicKey: Uint8Array,
  info: readonly string[],
  text: string,
): Promise<SealedBox> {
  const recipientPublicKey = await suite.kem.deserializePublicKey(bytes(publicKey));
  const sender = await suite.createSenderContext({ recipientPublicKey, info: infoBytes(info) });
  const ciphertext = await sender.seal(bytes(new TextEncoder().encode(text)));
  return { encapsulatedKey: new Uint8Array(sender.enc), ciphertext: new Uint8Array(ciphertext) };
}

/** Opens a sealed text; throws when key, info or text are not those it was sealed with. */
export async function open(
  privateKey: webcrypto.CryptoKey,
  info: readonly string[],
  box: SealedBox,
): Promise<string> {
  const recipient = await suite.createRecipientContext({
    recipientKey: privateKey,
    enc: bytes(box.encapsulatedKey),
    info: infoBytes(info),
  });
  return new TextDecoder().decode(await recipient.open(bytes(box.ciphertext)));
}

/** Signs a sealed text with Ed25519, since base mode does not say who sealed it. */
export function signBox(
  privateKeyPem: string,
  info: readonly string[],
  box: SealedBox,
): Uint8Array {
  return sign(null, signedBytes(info, box), privateKeyPem);
}

export function isSignedBox(
  publicKeyPem: string,
  info: readonly string[],
  box: SealedBox,
  signature: Uint8Array,
): boolean {
  return verify(null, signedBytes(info, box), publicKeyPem, signature);
}

function signedBytes(info: readonly string[], box: SealedBox): Buffer {
  return Buffer.concat([new Uint8Array(infoBytes(info)), box.encapsulatedKey, box.ciphertext]);
}

function infoBytes(info: readonly string[]): ArrayBuffer {
  return bytes(new TextEncoder().encode(JSON.stringify(info)));
}

function bytes(view: Uint8Array): ArrayBuffer {
  return Uint8Array.from(view).buffer;
}
