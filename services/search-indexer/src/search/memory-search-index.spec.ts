import { searchIndexContract } from '../../test/search-index.contract.ts';
import { MemorySearchIndex } from './memory-search-index.ts';

describe('MemorySearchIndex', () => {
  searchIndexContract(() => new MemorySearchIndex());
});
