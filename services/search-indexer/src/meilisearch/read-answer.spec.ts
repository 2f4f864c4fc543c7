import { EntityType, SearchFacet } from '@made-open/contracts';
import { IndexRefusedError } from '../errors.ts';
import { readTerms } from '../search/query-terms.ts';
import { facetCountsOf, hitsOf, totalOf } from './read-answer.ts';

const answer = {
  totalHits: 7,
  hits: [
    {
      id: '01930000-0000-7000-8000-000000000001',
      type: '2',
      connection_id: 'c',
      plugin_id: 'p',
      title: 'Ada Lovelace',
      _rankingScore: 0.75,
      _formatted: {
        title: 'Ada \uE000Lovel\uE001ace',
        details: 'ada@example.com',
        body: '…by \uE000Lovelace\uE001…',
      },
    },
  ],
  facetDistribution: { connection_id: { b: 1, a: 1, c: 4, '': 9, d: 0 } },
};

describe('an answer of Meilisearch', () => {
  it('becomes hits, with whole words marked', () => {
    expect(hitsOf(answer, readTerms('lovel'))).toEqual([
      {
        entityId: '01930000-0000-7000-8000-000000000001',
        type: EntityType.MESSAGE,
        connectionId: 'c',
        pluginId: 'p',
        title: 'Ada Lovelace',
        markedTitle: 'Ada \uE000Lovelace\uE001',
        snippet: '…by \uE000Lovelace\uE001…',
        score: 0.75,
      },
    ]);
    expect(totalOf(answer)).toBe(7);
  });

  it('shows the part of a whole text that has characters which only this service finds', () => {
    const body = `${'あ'.repeat(2000)}京都${'い'.repeat(2000)}`;
    const formatted = { ...answer.hits[0], _formatted: { title: '', details: '', body } };
    const [hit] = hitsOf({ hits: [formatted] }, readTerms('京都'));
    expect(hit?.snippet).toContain('\uE000京\uE001\uE000都\uE001');
    expect(hit?.snippet.length).toBeLessThan(300);
  });

  it('becomes counts, most first, then by value', () => {
    expect(facetCountsOf(answer, SearchFacet.CONNECTION)).toEqual([
      { facet: SearchFacet.CONNECTION, value: 'c', count: 4 },
      { facet: SearchFacet.CONNECTION, value: 'a', count: 1 },
      { facet: SearchFacet.CONNECTION, value: 'b', count: 1 },
    ]);
    expect(facetCountsOf({}, SearchFacet.CONNECTION)).toEqual([]);
  });

  it('is refused when it is none', () => {
    expect(() => hitsOf({}, readTerms('x'))).toThrow(IndexRefusedError);
    expect(() => totalOf({ estimatedTotalHits: 3 })).toThrow(IndexRefusedError);
  });
});
