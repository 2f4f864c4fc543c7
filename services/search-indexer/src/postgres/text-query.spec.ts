import { readTerms } from '../search/query-terms.ts';
import { beginningsQuery, tsquery } from './text-query.ts';

describe('tsquery', () => {
  it('asks for every phrase, and for the last word as a beginning while it is being typed', () => {
    expect(tsquery(readTerms('mail ada@example.com'))).toBe(
      "'mail' & 'ada' <-> 'example' <-> 'com':*",
    );
    expect(tsquery(readTerms('"Ada Lovelace"'))).toBe("'ada' <-> 'lovelace'");
  });

  it('is empty when there is nothing to ask for', () => {
    expect(tsquery(readTerms('!!!'))).toBe('');
  });
});

describe('beginningsQuery', () => {
  it('asks titles for any of the beginnings', () => {
    expect(beginningsQuery(['lov', 'ad'])).toBe("'lov':*A | 'ad':*A");
  });
});
