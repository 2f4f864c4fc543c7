import { QuickDecoder, QuickEncoder } from './text-codec.ts';

const texts = [
  '',
  'plain',
  'a'.repeat(10_000),
  'ä',
  `${'a'.repeat(5000)}漢字😀`,
  '\ufeffmark',
  '\u0000',
];

describe('QuickEncoder and QuickDecoder', () => {
  it.each(texts)('bring a text to UTF-8 and back (%#)', (text) => {
    const bytes = new QuickEncoder().encode(text);
    expect(Buffer.from(bytes).toString()).toBe(text);
    expect(new QuickDecoder().decode(bytes)).toBe(text);
  });

  it('decode a view into a larger memory', () => {
    const memory = new Uint8Array(Buffer.from('before|text|behind'));
    expect(new QuickDecoder().decode(new Uint8Array(memory.buffer, 7, 4))).toBe('text');
  });
});
