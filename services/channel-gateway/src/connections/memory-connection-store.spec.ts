import { connectionStoreContract } from '../../test/connections/connection-store.contract.ts';
import { MemoryConnectionStore } from './memory-connection-store.ts';

describe('MemoryConnectionStore', () => {
  connectionStoreContract(() => new MemoryConnectionStore());
});
