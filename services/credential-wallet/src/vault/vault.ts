import type { AuditLog } from '../audit/audit-log.ts';
import type { CanaryStore } from '../keys/canary-store.ts';
import type { Announcements } from '../oauth/announcements.ts';
import type { GrantStore } from '../oauth/grant-store.ts';
import type { RunnerStore } from '../runners/runner-store.ts';
import type { SecretStore } from '../secrets/secret-store.ts';

/** What one transaction reads and writes. */
export interface VaultStores {
  readonly secrets: SecretStore;
  readonly runners: RunnerStore;
  readonly canaries: CanaryStore;
  readonly audit: AuditLog;
  readonly grants: GrantStore;
  readonly announcements: Announcements;
}

/** Everything the wallet keeps: a change and its entry in the audit are committed together or not at all. */
export abstract class Vault {
  abstract transaction<T>(work: (stores: VaultStores) => Promise<T>): Promise<T>;
}
