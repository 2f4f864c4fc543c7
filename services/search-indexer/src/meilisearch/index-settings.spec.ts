import { indexSettings } from './index-settings.ts';

describe('indexSettings', () => {
  it('lifts the limits of 1,000 matches and says that of the values of a facet', () => {
    expect(indexSettings).toMatchObject({
      pagination: { maxTotalHits: 10_000 },
      faceting: { maxValuesPerFacet: 100, sortFacetValuesBy: { '*': 'count' } },
    });
  });

  it('takes no number for another', () => {
    expect(indexSettings.typoTolerance).toMatchObject({ enabled: true, disableOnNumbers: true });
  });
});
