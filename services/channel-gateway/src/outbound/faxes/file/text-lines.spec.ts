import { brokenLine, textLines } from './text-lines.ts';

const of = (text: string, columns = 10): string[] => [...textLines(text, columns)];

describe('textLines', () => {
  it.each<[string, string[]]>([
    ['', ['']],
    ['a\n\nb\n', ['a', '', 'b', '']],
    ['a\fb\u{2028}c', ['a', 'b', 'c']],
    ['exactly 10', ['exactly 10']],
    ['two words which', ['two words', 'which']],
    ['ten digits then', ['ten digits', 'then']],
    ['  a table   of columns', ['  a table', 'of columns']],
    ['a word that isLongerThanALine ends', ['a word', 'that', 'isLongerTh', 'anALine', 'ends']],
    ['    indented_word', ['    indent', 'ed_word']],
    ['𝒜'.repeat(11), ['𝒜'.repeat(10), '𝒜']],
  ])('breaks %j', (text, lines) => {
    expect(of(text)).toEqual(lines);
  });

  it('cuts one word of any length, and spaces of any number', () => {
    expect(of('a'.repeat(200_000), 72)).toHaveLength(Math.ceil(200_000 / 72));
    expect(of(`${' '.repeat(199_999)}a`, 72).length).toBeLessThanOrEqual(Math.ceil(200_000 / 72));
    expect(of(' '.repeat(200_000), 72)).toEqual(['']);
  });

  it.each(['a', ' ', 'a '])('looks at each character of many %j a few times', (text) => {
    let looks = 0;
    const characters = new Proxy(Array.from(`b${text.repeat(10_000)}b`), {
      get: (target, key) => {
        looks++;
        const value: unknown = Reflect.get(target, key);
        return value;
      },
    });
    expect([...brokenLine(characters, 72)].join('')).toMatch(/^b.*b$/u);
    expect(looks).toBeLessThan(5 * characters.length);
  });
});
