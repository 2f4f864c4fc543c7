import { aChange } from '../../test/builders.ts';
import { documentHash } from './document-hash.ts';
import type { IndexChange } from '../search/search-index.ts';

describe('documentHash', () => {
  const change = aChange({ title: 'Ada', details: 'x', body: 'y' });

  it('is the same for the same document, whatever its version', () => {
    expect(documentHash({ ...change, version: 9 })).toBe(documentHash(change));
  });

  it('is another one for anything that can be found or asked for', () => {
    const others: IndexChange[] = [
      { ...change, spaceId: 'other' },
      { ...change, connectionId: 'other' },
      { ...change, pluginId: 'other' },
      { ...change, type: 2 },
      { ...change, document: { title: 'Ad', details: 'ax', body: 'y' } },
      { ...change, document: { title: 'Ada', details: '', body: 'xy' } },
    ];
    const hashes = new Set([change, ...others].map(documentHash));
    expect(hashes.size).toBe(others.length + 1);
  });

  it('is null for what is gone', () => {
    expect(documentHash({ ...change, document: undefined })).toBeNull();
  });
});
