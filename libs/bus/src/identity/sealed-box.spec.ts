import { generateKeyPairSync } from 'node:crypto';
import {
  isSignedBox,
  makeSealingKeys,
  open,
  readSealingPrivateKey,
  readSealingPublicKey,
  seal,
  signBox,
} from '../index.ts';

const info = ['purpose', 'owner'];

describe('a sealed box', () => {
  it('opens for the owner of the key with the same info', async () => {
    const { publicKey, privateKey } = await makeSealingKeys();
    const box = await seal(publicKey, info, 'a secret');
    expect(Buffer.from(box.ciphertext).toString()).not.toContain('secret');
    expect(await open(privateKey, info, box)).toBe('a secret');
  });

  it('does not open with another info, another key, or a changed text', async () => {
    const { publicKey, privateKey } = await makeSealingKeys();
    const other = await makeSealingKeys();
    const box = await seal(publicKey, info, 'a secret');
    await expect(open(privateKey, ['purpose', 'another'], box)).rejects.toThrow();
    await expect(open(other.privateKey, info, box)).rejects.toThrow();
    const changed = Uint8Array.from(box.ciphertext, (byte, index) =>
      index === 0 ? byte ^ 1 : byte,
    );
    await expect(open(privateKey, info, { ...box, ciphertext: changed })).rejects.toThrow();
  });

  it('opens with keys from PEM files', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('x25519', {
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const box = await seal(readSealingPublicKey(publicKey), info, 'from a file');
    expect(await open(await readSealingPrivateKey(privateKey), info, box)).toBe('from a file');
  });

  it('is signed by one key and no other', async () => {
    const keys = () =>
      generateKeyPairSync('ed25519', {
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      });
    const [wallet, stranger] = [keys(), keys()];
    const { publicKey } = await makeSealingKeys();
    const box = await seal(publicKey, info, 'x');
    const signature = signBox(wallet.privateKey, info, box);
    expect(isSignedBox(wallet.publicKey, info, box, signature)).toBe(true);
    expect(isSignedBox(stranger.publicKey, info, box, signature)).toBe(false);
  });
});
