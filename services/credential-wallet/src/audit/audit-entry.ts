import { createHash } from 'node:crypto';

/** What was done. */
export type AuditAction =
  'put' | 'deliver' | 'erase' | 'bind' | 'rotate' | 'authorize' | 'refresh' | 'verify' | 'sign';

/** One use of a config; never its value. */
export interface AuditEntry {
  /** Empty for what belongs to no space. */
  readonly spaceId: string;
  /** Service or plugin. */
  readonly who: string;
  readonly action: AuditAction;
  readonly connectionId: string;
  readonly outcome: string;
}

/** An entry in its place of the chain of its space. */
export interface AuditRecord extends AuditEntry {
  /** From 1 without gaps. */
  readonly sequence: number;
  readonly at: Date;
  /** Over the record and the hash of the one before. */
  readonly hash: string;
}

/** The newest record of a chain. */
export interface AuditHead {
  readonly sequence: number;
  readonly hash: string;
}

export const emptyChain: AuditHead = { sequence: 0, hash: '' };

/** Makes the record that follows. */
export function nextRecord(head: AuditHead, entry: AuditEntry, at: Date): AuditRecord {
  const { spaceId, who, action, connectionId, outcome } = entry;
  const record = { spaceId, who, action, connectionId, outcome, sequence: head.sequence + 1, at };
  return { ...record, hash: hashOf(head.hash, record) };
}

/** Whether a record is the one that was written behind this head. */
export function follows(head: AuditHead, record: AuditRecord): boolean {
  return record.sequence === head.sequence + 1 && record.hash === hashOf(head.hash, record);
}

function hashOf(previous: string, record: Omit<AuditRecord, 'hash'>): string {
  const { spaceId, sequence, at, who, action, connectionId, outcome } = record;
  const fields = [previous, spaceId, sequence, at, who, action, connectionId, outcome];
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex');
}
