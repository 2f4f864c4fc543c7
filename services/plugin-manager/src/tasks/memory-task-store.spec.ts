import { taskStoreContract } from '../../test/contracts/record-stores.contract.ts';
import { MemoryAuditLog } from '../audit/memory-audit-log.ts';
import { MemoryTaskStore } from './memory-task-store.ts';

describe('MemoryTaskStore', () => {
  taskStoreContract(() => {
    const audit = new MemoryAuditLog();
    const there = new Set<string>();
    return {
      tasks: new MemoryTaskStore(audit, ({ connectionId }) =>
        Promise.resolve(there.has(connectionId)),
      ),
      audit,
      connect: (id) => Promise.resolve(void there.add(id)),
      disconnect: (id) => Promise.resolve(void there.delete(id)),
    };
  });
});
