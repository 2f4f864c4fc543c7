import { manifestStoreContract } from '../../test/contracts/manifest-store.contract.ts';
import { MemoryManifestStore } from './memory-manifest-store.ts';

describe('MemoryManifestStore', () => {
  manifestStoreContract(() => new MemoryManifestStore());
});
