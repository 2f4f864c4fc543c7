import { keyStoreContract } from '../../test/contracts/record-stores.contract.ts';
import { MemoryKeyStore } from './memory-key-store.ts';

describe('MemoryKeyStore', () => {
  keyStoreContract(() => new MemoryKeyStore());
});
