import { auditLogContract } from '../../test/contracts/record-stores.contract.ts';
import { MemoryAuditLog } from './memory-audit-log.ts';

describe('MemoryAuditLog', () => {
  auditLogContract(() => new MemoryAuditLog());
});
