import { connectionStoreContract } from '../../test/connection-store.contract.ts';
import { MemoryConnectionStore } from './memory-connection-store.ts';

describe('MemoryConnectionStore', () => {
  connectionStoreContract(() => new MemoryConnectionStore());
});
