import { cut, isStorable, utf8Bytes, whenSettled } from './primordials.ts';

describe('primordials', () => {
  it.each(['', 'a', 'é', '漢', '😀', 'a😀é漢'])('count the bytes of %j', (text) => {
    expect(utf8Bytes(text)).toBe(Buffer.byteLength(text));
  });

  it('know what PostgreSQL keeps as text', () => {
    expect(['a😀', 'a\0', '\ud83d', '\ude00\ud83d'].map(isStorable)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  it('cut only what is longer', () => {
    expect([cut('abc', 3), cut('abcd', 3)]).toEqual(['abc', 'abc']);
  });

  it('wait for promises, for values, and for what only looks like a promise', async () => {
    const outcome = (value: unknown): Promise<unknown> =>
      new Promise((resolve) => whenSettled(value, resolve, (error) => resolve(['failed', error])));
    expect(await outcome(1)).toBe(1);
    expect(await outcome(Promise.resolve(2))).toBe(2);
    expect(await outcome(Promise.reject(new Error('x')))).toEqual(['failed', new Error('x')]);
    // oxlint-disable-next-line unicorn/no-thenable -- a plugin may yield one
    expect(await outcome({ then: (resolve: (value: number) => void) => resolve(4) })).toBe(4);
  });
});
