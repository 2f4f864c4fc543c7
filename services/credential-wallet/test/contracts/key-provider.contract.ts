import { randomBytes } from 'node:crypto';
import type { KeyProvider } from '../../src/keys/key-provider.ts';

/** A provider with what an operator can do to its keys. */
export interface OpenedProvider {
  readonly provider: KeyProvider;
  /** Makes a new key the active one; the old one stays. */
  readonly rotate: () => void;
  /** The same place, seen by one that has kept nothing of it. */
  readonly another: () => KeyProvider;
  /** Takes every key away. */
  readonly lose: () => void;
}

const dataKey = randomBytes(32);
const context = ['default', 'com.example.a', 'c1', 1];

/** What every KeyProvider does. */
export function keyProviderContract(open: () => OpenedProvider): void {
  it('opens what it wrapped, and shows nothing of it', async () => {
    const { provider, another } = open();
    const wrapped = await provider.wrap(dataKey, context);
    expect(wrapped.kekId).toBe(await provider.activeId());
    expect(provider.owns(wrapped.kekId)).toBe(true);
    expect(wrapped.wrapped.includes(dataKey)).toBe(false);
    expect(wrapped.wrapped.includes(dataKey.toString('base64'))).toBe(false);
    expect(await provider.unwrap(wrapped, context)).toEqual(dataKey);
    expect(await another().unwrap(wrapped, context)).toEqual(dataKey);
  });

  it.each([
    ['another connection', ['default', 'com.example.a', 'c2', 1]],
    ['another revision', ['default', 'com.example.a', 'c1', 2]],
    ['nothing', []],
  ])('does not open for %s', async (_, other) => {
    const { provider } = open();
    const wrapped = await provider.wrap(dataKey, context);
    await expect(provider.unwrap(wrapped, other)).rejects.toMatchObject({
      code: 'wallet.secret_tampered',
      retry: 'never',
    });
  });

  it('does not open what was changed', async () => {
    const { provider } = open();
    const { kekId, wrapped } = await provider.wrap(dataKey, context);
    const changed = Buffer.from(wrapped);
    const middle = Math.floor(changed.length / 2);
    // To another letter of base64, where the wrapped key is text.
    changed[middle] = changed[middle] === 0x41 ? 0x42 : 0x41;
    await expect(provider.unwrap({ kekId, wrapped: changed }, context)).rejects.toMatchObject({
      code: 'wallet.secret_tampered',
    });
  });

  it('wraps under the new key after a rotation, and still opens what is under the old one', async () => {
    const { provider, another, rotate } = open();
    const old = await provider.wrap(dataKey, context);
    rotate();
    const wrapped = await another().wrap(dataKey, context);
    expect(wrapped.kekId).not.toBe(old.kekId);
    expect(await another().activeId()).toBe(wrapped.kekId);
    expect(await provider.unwrap(wrapped, context)).toEqual(dataKey);
    expect(await another().unwrap(old, context)).toEqual(dataKey);
    // A row that says it is under the other key is a row that was changed.
    await expect(provider.unwrap({ ...old, kekId: wrapped.kekId }, context)).rejects.toMatchObject({
      code: 'wallet.secret_tampered',
    });
  });

  it('says that a key is gone, to be tried later', async () => {
    const { provider, another, lose } = open();
    const wrapped = await provider.wrap(dataKey, context);
    lose();
    await expect(another().unwrap(wrapped, context)).rejects.toMatchObject({
      code: 'wallet.kek_unavailable',
      retry: 'later',
    });
  });
}
