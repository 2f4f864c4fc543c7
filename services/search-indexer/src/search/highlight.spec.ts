import { snippetOf } from './highlight.ts';
import { readTerms } from './query-terms.ts';

const snippet = (query: string, ...texts: string[]): string =>
  snippetOf(texts, readTerms(query)).replaceAll('\uE000', '[').replaceAll('\uE001', ']');

describe('snippetOf', () => {
  it('marks matches as they are written', () => {
    expect(snippet('renee love', 'Renée, loved by Renee')).toBe('[Renée], [loved] by [Renee]');
  });

  it('marks parts of addresses', () => {
    expect(snippet('exam', 'ada@example.com')).toBe('ada@[example].com');
  });

  it('begins at a phrase as a whole, not at one of its words', () => {
    const text = `Ada ${'lorem ipsum '.repeat(50)}Ada Lovelace dolor`;
    expect(snippet('"ada lovelace"', text)).toMatch(/^…[^[]*\[Ada\] \[Lovelace\] dolor$/u);
  });

  it('takes the first text that has a match', () => {
    expect(snippet('ada', 'nothing here', 'Ada')).toBe('[Ada]');
    expect(snippet('ada', '', 'nothing here', 'nor here')).toBe('nothing here');
  });

  it('shows the part around a late match, cut at words and on one line', () => {
    const text = `${'lorem ipsum '.repeat(100)}needle\n\n in the hay ${'dolor sit '.repeat(100)}`;
    const shown = snippet('needle', text);
    expect(shown).toMatch(/^…(lorem|ipsum) .*\[needle\] in the hay .* (dolor|sit)…$/u);
    expect(shown.length).toBeLessThan(240);
  });

  it('does not cut characters in half', () => {
    expect(snippet('x', '😀'.repeat(500)).isWellFormed()).toBe(true);
    expect(snippet('x', `${'😀'.repeat(500)}x${'😀'.repeat(500)}`).isWellFormed()).toBe(true);
  });

  it('lets no text bring marks of its own', () => {
    expect(snippet('ada', '\uE000evil\uE001 ada')).toBe('evil [ada]');
  });
});
