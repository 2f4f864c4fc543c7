import { wordsIn, wordsOf } from './words.ts';

describe('wordsOf', () => {
  it('cuts at everything that is no letter or digit, in addresses too', () => {
    expect(wordsOf("Ada.Lovelace@example.com, O'Neil; r2-d2\n#7")).toEqual(
      'ada lovelace example com o neil r2 d2 7'.split(' '),
    );
  });

  it('does not tell accents, cases and letter forms apart', () => {
    expect(wordsOf('Renée RENE\u0301E Łódź Straße ΟΔΟΣ İstanbul ﬁn')).toEqual(
      'renee renee lodz strasse οδοσ istanbul fin'.split(' '),
    );
  });

  it('cuts plain texts, which go a shorter way, no differently', () => {
    const plain = `Ada.L@x.org · O'Neil 7_x ${'X'.repeat(100)}\n-_-`;
    expect(wordsOf(plain)).toEqual(wordsOf(`${plain} é`).slice(0, -1));
    expect(wordsOf(plain)).toEqual(Array.from(wordsIn(plain), ({ text }) => text));
  });

  it('takes each character of a script without spaces as a word', () => {
    expect(wordsOf('東京 tower')).toEqual(['東', '京', 'tower']);
  });

  it('keeps the marks that other scripts need', () => {
    expect(wordsOf('हिन्दी')).toEqual(['हिन्दी']);
  });

  it('cuts what is too long to be a word, never within a character', () => {
    expect(wordsOf('x'.repeat(5000))).toEqual(['x'.repeat(64)]);
    const [word = ''] = wordsOf(`é${'𐐨'.repeat(100)}`);
    expect(word.isWellFormed()).toBe(true);
    expect(word.length).toBeLessThanOrEqual(64);
  });

  it('leaves nothing that a query language could read', () => {
    expect(wordsOf(`'); drop & | ! <-> :* \\ ½ \u0000 ŉ`).join('')).toMatch(
      /^[\p{L}\p{N}\p{M}]*$/u,
    );
  });

  it('knows where a word stands', () => {
    expect([...wordsIn('a Éé')]).toEqual([
      { text: 'a', start: 0, end: 1 },
      { text: 'ee', start: 2, end: 4 },
    ]);
  });
});
