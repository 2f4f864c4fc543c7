import { matchesIn, readTerms } from './query-terms.ts';
import { tsquery } from '../postgres/text-query.ts';

describe('readTerms', () => {
  it('asks for each word, and for the last as a beginning', () => {
    expect(tsquery(readTerms('Ada  love'))).toBe("'ada' & 'love':*");
  });

  it('asks for what is written in one piece as a phrase', () => {
    expect(tsquery(readTerms('mail ada@example.com'))).toBe(
      "'mail' & 'ada' <-> 'example' <-> 'com':*",
    );
  });

  it('asks for what stands in quotes as a phrase, and for its last word as it is', () => {
    expect(tsquery(readTerms('"Ada Lovelace" note'))).toBe("'ada' <-> 'lovelace' & 'note':*");
    expect(tsquery(readTerms('note “Ada Lovelace”'))).toBe("'note' & 'ada' <-> 'lovelace'");
    expect(tsquery(readTerms('"love"'))).toBe("'love'");
  });

  it('takes a quote that is still open as being typed, and empty ones as nothing', () => {
    expect(tsquery(readTerms('"Ada lo'))).toBe("'ada' <-> 'lo':*");
    expect(tsquery(readTerms('"" ada " " "'))).toBe("'ada':*");
    expect(tsquery(readTerms('a"b"c'))).toBe("'a' & 'b' & 'c':*");
  });

  it('finds no terms in signs alone', () => {
    expect(readTerms(' \'&|!:*() \u0000 "').phrases).toEqual([]);
    expect(tsquery(readTerms('!!!'))).toBe('');
  });

  it('takes no more words than a search needs', () => {
    expect(readTerms('a '.repeat(100)).phrases).toHaveLength(32);
    expect(readTerms('a.'.repeat(100)).phrases.flat()).toHaveLength(32);
    expect(readTerms(`"${'a '.repeat(10_000)}"`).phrases.flat()).toHaveLength(32);
  });
});

describe('matchesIn', () => {
  const matches = (query: string, text: string): string[] =>
    Array.from(matchesIn(text, readTerms(query)), ({ start, end }) => text.slice(start, end));

  it('knows whole words, and beginnings for the last', () => {
    expect(matches('Ada love', 'Ada Lovelace, love; Adam, glove')).toEqual([
      'Ada',
      'Lovelace',
      'love',
    ]);
  });

  it('knows phrases only as a whole', () => {
    expect(matches('"ada love" x', 'ada met love, Ada Love')).toEqual(['Ada', 'Love']);
    expect(matches('ada@example.c', 'example ada ada@example.com')).toEqual([
      'ada',
      'example',
      'com',
    ]);
  });

  it('gives each word once, in its order, when phrases overlap', () => {
    expect(matches('b "a b" "b c" a', 'a b c a')).toEqual(['a', 'b', 'c', 'a']);
  });
});
