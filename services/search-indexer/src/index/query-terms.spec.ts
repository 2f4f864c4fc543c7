import { readTerms, tsquery, wordMatcher } from './query-terms.ts';

describe('readTerms', () => {
  it('asks for each word, and for the last as a beginning', () => {
    expect(tsquery(readTerms('Ada  love'))).toBe("'ada' & 'love':*");
  });

  it('asks for what is written in one piece as a phrase', () => {
    expect(tsquery(readTerms('mail ada@example.com'))).toBe(
      "'mail' & 'ada' <-> 'example' <-> 'com':*",
    );
  });

  it('finds no terms in signs alone', () => {
    expect(readTerms(" '&|!:*() \u0000 ").phrases).toEqual([]);
    expect(tsquery(readTerms('!!!'))).toBe('');
  });

  it('takes no more words than a search needs', () => {
    expect(readTerms('a '.repeat(100)).phrases).toHaveLength(32);
    expect(readTerms('a.'.repeat(100)).phrases.flat()).toHaveLength(32);
  });
});

describe('wordMatcher', () => {
  it('knows whole words, and beginnings for the last', () => {
    const matches = wordMatcher(readTerms('Ada love'));
    expect(['ada', 'lovelace', 'love'].every(matches)).toBe(true);
    expect(['adam', 'glove'].some(matches)).toBe(false);
  });
});
