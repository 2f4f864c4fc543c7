import { taskStoreContract } from '../../test/contracts/record-stores.contract.ts';
import { MemoryTaskStore } from './memory-task-store.ts';

describe('MemoryTaskStore', () => {
  taskStoreContract(() => new MemoryTaskStore());
});
