import { faultsOf } from '../check/read-http-manifest.ts';
import { aFaxManifest } from '../samples/fax-manifest.ts';

describe('rate_limit', () => {
  it.each([
    ['burst', 5],
    ['concurrency', 2],
    ['scope', 'plugin'],
  ])('has no %s, which nothing would keep', (name, value) => {
    const rate_limit = { requests: 5, per_ms: 1000 };
    expect(faultsOf(aFaxManifest({ rate_limit })).faults).toEqual([]);
    const faults = faultsOf(aFaxManifest({ rate_limit: { ...rate_limit, [name]: value } })).faults;
    expect(faults).toMatchObject([{ pointer: '/rate_limit' }]);
  });
});
