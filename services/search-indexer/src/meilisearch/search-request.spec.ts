import { EntityType, SearchFacet } from '@made-open/contracts';
import { aQuery } from '../../test/builders.ts';
import { SearchQueryError } from '../errors.ts';
import { numberTerms } from '../search/numbers.ts';
import { readTerms } from '../search/query-terms.ts';
import type { SearchQuery } from '../search/search-index.ts';
import { spaceKey } from './engine-document.ts';
import { facetRequests, pageAround, pageRequest } from './search-request.ts';

const request = (query: SearchQuery, offset = 0) =>
  pageRequest('index-1', { query, terms: readTerms(query.query), offset });
const ofSpace = `space = "${spaceKey('default')}"`;
const narrowed = aQuery('ada', {
  types: [EntityType.PERSON, EntityType.MESSAGE],
  connectionId: '01938c5e-7b1c-7a52-9a0e-3d1f6b2c4e01',
  pluginId: 'com.example',
});

describe('pageRequest', () => {
  it('asks for documents that have all words, in the space alone', () => {
    expect(request(aQuery('ada lov', { limit: 7 }))).toMatchObject({
      skipped: 0,
      query: {
        indexUid: 'index-1',
        q: 'ada lov',
        matchingStrategy: 'all',
        filter: [ofSpace],
        page: 1,
        hitsPerPage: 7,
      },
    });
  });

  it('looks for words in words, and for a number in numbers', () => {
    const words = ['title_words', 'details_words', 'body_words'];
    expect(request(aQuery('5551001')).query).toMatchObject({ attributesToSearchOn: words });
    const query = aQuery('555-1001');
    const terms = numberTerms(query.query, readTerms(query.query));
    if (terms === undefined) throw new Error('it is a number');
    expect(pageRequest('index-1', { query, terms, offset: 0 }).query).toMatchObject({
      q: '1001555',
      attributesToSearchOn: ['numbers'],
    });
  });

  it('has long texts cut around what Meilisearch finds in them, and else gets them whole', () => {
    expect(request(aQuery('ada')).query).toMatchObject({
      attributesToCrop: ['body'],
      cropLength: 40,
    });
    expect(request(aQuery('ada 京都')).query).not.toHaveProperty('attributesToCrop');
  });

  it('narrows by one of the types, by connection and by plugin', () => {
    expect(request(narrowed).query.filter).toEqual([
      ofSpace,
      ['type = "1"', 'type = "2"'],
      ['connection_id = "01938c5e-7b1c-7a52-9a0e-3d1f6b2c4e01"'],
      ['plugin_id = "com.example"'],
    ]);
  });

  it.each(['" OR space EXISTS', '\\', 'a b', '\ud800', 'x'.repeat(201)])(
    'refuses %j, which is no id and could be read as more than a value',
    (connectionId) => {
      expect(() => request(aQuery('ada', { connectionId }))).toThrow(SearchQueryError);
    },
  );
});

describe('facetRequests', () => {
  it('counts each facet without what narrows the search by it', () => {
    const facets = [SearchFacet.PLUGIN, SearchFacet.TYPE, SearchFacet.PLUGIN, 99 as SearchFacet];
    const asked = facetRequests('index-1', { ...narrowed, facets }, readTerms('ada'));
    expect(asked.map(({ facet }) => facet)).toEqual([SearchFacet.PLUGIN, SearchFacet.TYPE]);
    expect(asked[0]?.asked).toMatchObject({
      facets: ['plugin_id'],
      filter: [ofSpace, ['type = "1"', 'type = "2"'], [expect.stringContaining('connection_id')]],
    });
    expect(asked[1]?.asked.filter).not.toContainEqual(expect.arrayContaining(['type = "1"']));
  });
});

describe('pageAround', () => {
  it('is the very page when one page follows the other', () => {
    expect(pageAround(0, 20)).toEqual({ page: 1, hitsPerPage: 20 });
    expect(pageAround(40, 20)).toEqual({ page: 3, hitsPerPage: 20 });
  });

  it('holds what is wanted when the size of pages has changed', () => {
    for (const [offset, count] of [
      [7, 10],
      [20, 7],
      [99, 100],
      [9_990, 100],
    ] as const) {
      const { page, hitsPerPage } = pageAround(offset, count);
      expect((page - 1) * hitsPerPage).toBeLessThanOrEqual(offset);
      expect(page * hitsPerPage).toBeGreaterThanOrEqual(offset + count);
    }
  });
});
