import { numericKey, pageOf, type Page, type PageRequest } from '../page.ts';
import { AuditLog, type AuditedAction, type AuditEntry } from './audit-log.ts';

/** The audit in memory, for tests. */
export class MemoryAuditLog extends AuditLog {
  readonly entries: AuditEntry[] = [];

  override append(action: AuditedAction, outcome: string): Promise<string> {
    const id = String(this.entries.length + 1);
    this.entries.push({ ...action, id, at: new Date(), outcome });
    return Promise.resolve(id);
  }

  override conclude(id: string, outcome: string, target: string): Promise<void> {
    const index = this.entries.findIndex((entry) => entry.id === id);
    const entry = this.entries[index];
    if (entry !== undefined) this.entries[index] = { ...entry, outcome, target };
    return Promise.resolve();
  }

  override list(page: PageRequest): Promise<Page<AuditEntry>> {
    const before = Number(numericKey(page) ?? Infinity);
    const rows = this.entries.filter(({ id }) => Number(id) < before).toReversed();
    return Promise.resolve(pageOf(rows, page.limit, ({ id }) => id));
  }
}
