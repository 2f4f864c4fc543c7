import type { OutboxTable } from '@made-open/postgres';
import type { Generated } from 'kysely';
import type { AuditAction } from '../audit/audit-entry.ts';
import type { Refusal } from '../oauth/grant-store.ts';
import type { SecretKind } from '../secrets/envelope.ts';

/** Tables of the wallet's schema. */
export interface WalletTables {
  secret: {
    kind: SecretKind;
    connection_id: string;
    space_id: string;
    plugin_id: string;
    revision: number;
    /** The three are absent once the secret was erased. */
    kek_id: string | null;
    wrapped_key: Buffer | null;
    sealed: Buffer | null;
    changed_at: Generated<Date>;
  };
  canary: { kek_id: string; wrapped_key: Buffer };
  ticket: { hash: string; plugin_id: string; runner_id: string | null; expires_at: Date };
  runner: { id: string; plugin_id: string; public_key: Buffer; expires_at: Date };
  audit: {
    space_id: string;
    sequence: string;
    at: Date;
    who: string;
    action: AuditAction;
    connection_id: string;
    outcome: string;
    hash: string;
  };
  oauth_grant: {
    connection_id: string;
    space_id: string;
    plugin_id: string;
    revision: Generated<number>;
    refusal: Refusal | null;
    lease_id: string | null;
    lease_until: Date | null;
  };
  outbox: OutboxTable;
  audit_head: { space_id: string; sequence: string; hash: string };
}
