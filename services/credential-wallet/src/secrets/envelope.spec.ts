import { anOwner, fileKeys } from '../../test/builders.ts';
import type { WalletReason } from '../errors.ts';
import { decrypt, encrypt, type Envelope, type SecretOwner } from './envelope.ts';

const keys = fileKeys('k0', 'k1');
const value = '{"apiKey":"marker"}';
const flip = (bytes: Buffer, at: number): Buffer =>
  Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ 1 : byte)));
const failsWith = (reason: WalletReason) => expect.objectContaining({ code: `wallet.${reason}` });

describe('an envelope', () => {
  let envelope: Envelope;
  beforeAll(async () => {
    envelope = await encrypt(keys, anOwner(), value);
  });

  it('opens for its owner and shows nothing of the value', async () => {
    expect(await decrypt(keys, anOwner(), envelope)).toBe(value);
    expect(envelope.sealed.toString('latin1')).not.toContain('marker');
    expect(envelope.kekId).toBe('k1');
  });

  it('is another one each time', async () => {
    const again = await encrypt(keys, anOwner(), value);
    expect(again.sealed.equals(envelope.sealed)).toBe(false);
    expect(again.wrapped.equals(envelope.wrapped)).toBe(false);
  });

  it.each<[string, Partial<SecretOwner>]>([
    ['another space', { spaceId: 'other' }],
    ['another plugin', { pluginId: 'com.example.b' }],
    ['another connection', { connectionId: 'c2' }],
    ['another revision', { revision: 2 }],
  ])('does not open for %s', async (_, change) => {
    await expect(decrypt(keys, anOwner(change), envelope)).rejects.toEqual(
      failsWith('secret_tampered'),
    );
  });

  it.each<[string, (given: Envelope) => Partial<Envelope>]>([
    ['nonce', ({ sealed }) => ({ sealed: flip(sealed, 0) })],
    ['tag', ({ sealed }) => ({ sealed: flip(sealed, 12) })],
    ['value', ({ sealed }) => ({ sealed: flip(sealed, 28) })],
    ['data key', ({ wrapped }) => ({ wrapped: flip(wrapped, 30) })],
    ['key id', () => ({ kekId: 'k0' })],
    ['length', ({ sealed }) => ({ sealed: sealed.subarray(0, 20) })],
    ['all of it', () => ({ sealed: Buffer.alloc(0) })],
    ['data key, all of it', () => ({ wrapped: Buffer.alloc(0) })],
  ])('does not open with a changed %s', async (_, change) => {
    const changed = { ...envelope, ...change(envelope) };
    await expect(decrypt(keys, anOwner(), changed)).rejects.toEqual(failsWith('secret_tampered'));
  });

  it('does not open with the value of another envelope of the same owner', async () => {
    const other = await encrypt(keys, anOwner(), '{}');
    await expect(decrypt(keys, anOwner(), { ...envelope, sealed: other.sealed })).rejects.toEqual(
      failsWith('secret_tampered'),
    );
  });

  it('does not open under another key of the same name, and says when the key is gone', async () => {
    await expect(decrypt(fileKeys('k1'), anOwner(), envelope)).rejects.toEqual(
      failsWith('secret_tampered'),
    );
    await expect(decrypt(fileKeys('k2'), anOwner(), envelope)).rejects.toEqual(
      failsWith('kek_unavailable'),
    );
  });
});
