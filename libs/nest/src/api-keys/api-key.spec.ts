import { hashOfKey, isSameHash, presentedKey } from './api-key.ts';

const key = `mop_abcdefABCDEF_${'s'.repeat(43)}`;

describe('presentedKey', () => {
  it('reads id and hash', () => {
    expect(presentedKey(`Bearer ${key}`)).toEqual({ id: 'abcdefABCDEF', hash: hashOfKey(key) });
  });

  it.each([
    undefined,
    '',
    key,
    `Basic ${key}`,
    `Bearer ${key}x`,
    `Bearer ${key}, Bearer ${key}`,
    `Bearer ${key.slice(1)}`,
  ])('takes %j for no key', (header) => {
    expect(presentedKey(header)).toBeUndefined();
  });
});

describe('isSameHash', () => {
  it('tells a hash from others, and from none', () => {
    expect(isSameHash(hashOfKey(key), hashOfKey(key))).toBe(true);
    expect(isSameHash(hashOfKey(key), hashOfKey('x'))).toBe(false);
    expect(isSameHash(hashOfKey(key), hashOfKey(key).slice(1))).toBe(false);
    expect(isSameHash(hashOfKey(key))).toBe(false);
  });
});
