import { randomBytes } from 'node:crypto';
import { decrypt, encrypt, type Envelope, type SecretOwner } from './envelope.ts';
import { parseKeyRing } from './key-ring.ts';

const key = (): string => randomBytes(32).toString('base64');
const ring = parseKeyRing(JSON.stringify({ active: 'k1', keys: { k1: key() } }));
const owner: SecretOwner = {
  spaceId: 'default',
  pluginId: 'com.example.a',
  connectionId: 'c1',
  revision: 1,
};
const flip = (bytes: Buffer): Buffer =>
  Buffer.from(bytes.map((byte, index) => (index === bytes.length - 1 ? byte ^ 1 : byte)));

describe('an envelope', () => {
  const envelope = encrypt(ring, owner, '{"apiKey":"marker"}');

  it('opens for its owner and shows nothing of the value', () => {
    expect(decrypt(ring, owner, envelope)).toBe('{"apiKey":"marker"}');
    expect(envelope.sealed.toString('latin1')).not.toContain('marker');
  });

  it.each<[string, SecretOwner, Envelope]>([
    ['for another plugin', { ...owner, pluginId: 'com.example.b' }, envelope],
    ['for another connection', { ...owner, connectionId: 'c2' }, envelope],
    ['as another revision', { ...owner, revision: 2 }, envelope],
    ['with a changed bit', owner, { ...envelope, sealed: flip(envelope.sealed) }],
    ['with a changed key', owner, { ...envelope, wrappedKey: flip(envelope.wrappedKey) }],
    ['with a short tag', owner, { ...envelope, sealed: envelope.sealed.subarray(0, 20) }],
  ])('does not open %s', (_, other, changed) => {
    expect(() => decrypt(ring, other, changed)).toThrow(
      expect.objectContaining({ code: 'wallet.secret_tampered' }) as Error,
    );
  });

  it('does not open under another key of the same name, and says when the key is gone', () => {
    const wrong = parseKeyRing(JSON.stringify({ active: 'k1', keys: { k1: key() } }));
    expect(() => decrypt(wrong, owner, envelope)).toThrow(
      expect.objectContaining({ code: 'wallet.secret_tampered' }) as Error,
    );
    const gone = parseKeyRing(JSON.stringify({ active: 'k2', keys: { k2: key() } }));
    expect(() => decrypt(gone, owner, envelope)).toThrow(/"k1" is not in KEK_FILE/u);
  });
});
