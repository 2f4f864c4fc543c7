import { digest } from './digest.ts';

describe('digest', () => {
  it('answers with the digest of UTF-8 texts', () => {
    expect(JSON.parse(digest('sha256', '["é"]'))).toEqual({
      ok: true,
      value: '4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c',
    });
    expect(
      JSON.parse(digest('hmacSha256', '["key","The quick brown fox jumps over the lazy dog"]')),
    ).toEqual({
      ok: true,
      value: 'f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8',
    });
  });

  it('makes a new id each time', () => {
    expect(digest('randomUUID', '[]')).toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-4/u);
    expect(digest('randomUUID', '[]')).not.toBe(digest('randomUUID', '[]'));
  });

  it.each([
    ['what is no JSON', 'sha256', '{'],
    ['what is no list of texts', 'sha256', '[1]'],
    ['a missing text', 'hmacSha256', '["key"]'],
    ['another method', 'constructor', '["a"]'],
    ['more than 1 MiB', 'sha256', JSON.stringify(['x'.repeat(1024 * 1024)])],
  ])('refuses %s without throwing', (_, method, args) => {
    expect(digest(method, args)).toBe('{"ok":false}');
  });
});
