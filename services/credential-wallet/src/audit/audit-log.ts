import type { AuditEntry, AuditHead, AuditRecord } from './audit-entry.ts';

/** Append-only log with a chain of hashes for each space. */
export abstract class AuditLog {
  /** Appends in the order of the commits; holds back others of the space until the transaction ends. */
  abstract append(entry: AuditEntry): Promise<void>;
  /** Records behind a sequence, oldest first. */
  abstract read(spaceId: string, behind: number, limit: number): Promise<AuditRecord[]>;
  /** The newest record of each chain, by space; sequence 0 where there are records and no head. */
  abstract heads(): Promise<ReadonlyMap<string, AuditHead>>;
}
