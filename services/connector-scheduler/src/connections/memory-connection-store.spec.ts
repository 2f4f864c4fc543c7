import { connectionStoreContract } from '../../test/contracts/connection-store.contract.ts';
import { MemoryConnectionStore } from './memory-connection-store.ts';

describe('MemoryConnectionStore', () => {
  connectionStoreContract(() => {
    const store = new MemoryConnectionStore();
    return Promise.resolve({ store, published: () => Promise.resolve(store.published) });
  });
});
