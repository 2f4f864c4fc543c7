import { runLogStoreContract } from '../../../test/contracts/record-stores.contract.ts';
import { MemoryRunLogStore } from './memory-run-log-store.ts';

describe('MemoryRunLogStore', () => {
  runLogStoreContract(() => new MemoryRunLogStore());
});
