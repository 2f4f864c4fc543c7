import { AuditLog } from '../audit/audit-log.ts';
import {
  emptyChain,
  nextRecord,
  type AuditEntry,
  type AuditHead,
  type AuditRecord,
} from '../audit/audit-entry.ts';
import { CanaryStore } from '../keys/canary-store.ts';
import type { WrappedKey } from '../keys/key-provider.ts';
import { Announcements, type Announcement } from '../oauth/announcements.ts';
import { MemoryGrantStore, type MemoryGrant } from '../oauth/memory-grant-store.ts';
import { RunnerStore, type RunnerKey, type Ticket } from '../runners/runner-store.ts';
import type { Envelope, SecretKind, SecretOwner } from '../secrets/envelope.ts';
import {
  SecretStore,
  type HeldSecret,
  type SecretKey,
  type StoredSecret,
} from '../secrets/secret-store.ts';
import { Vault, type VaultStores } from './vault.ts';

/** The rows; tests may change them as one who reached the database would. */
export interface MemoryRows {
  readonly secrets: Map<string, StoredSecret>;
  readonly tickets: Map<string, Ticket & { expiresAt: number; runnerId?: string }>;
  readonly runners: Map<string, RunnerKey & { expiresAt: number }>;
  readonly canaries: Map<string, WrappedKey>;
  readonly audit: Map<string, AuditRecord[]>;
  readonly grants: Map<string, MemoryGrant>;
  readonly announced: Announcement[];
  readonly auditHeads: Map<string, AuditHead>;
}

/** The vault of tests: one transaction at a time, undone when it throws. */
export class MemoryVault extends Vault {
  rows: MemoryRows = {
    secrets: new Map(),
    tickets: new Map(),
    runners: new Map(),
    canaries: new Map(),
    audit: new Map(),
    auditHeads: new Map(),
    grants: new Map(),
    announced: [],
  };
  #last: Promise<unknown> = Promise.resolve();

  override transaction<T>(work: (stores: VaultStores) => Promise<T>): Promise<T> {
    const result = this.#last.then(() => this.#run(work));
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #run<T>(work: (stores: VaultStores) => Promise<T>): Promise<T> {
    const { secrets, tickets, runners, canaries, audit, auditHeads, grants, announced } = this.rows;
    const rows: MemoryRows = {
      secrets: new Map(secrets),
      tickets: new Map(tickets),
      runners: new Map(runners),
      canaries: new Map(canaries),
      audit: new Map(audit),
      auditHeads: new Map(auditHeads),
      grants: new Map(grants),
      announced: [...announced],
    };
    const result = await work({
      secrets: new MemorySecretStore(rows),
      runners: new MemoryRunnerStore(rows),
      canaries: new MemoryCanaryStore(rows),
      audit: new MemoryAuditLog(rows),
      grants: new MemoryGrantStore(rows.grants),
      announcements: new MemoryAnnouncements(rows.announced),
    });
    this.rows = rows;
    return result;
  }
}

class MemoryAnnouncements extends Announcements {
  readonly #announced: Announcement[];

  constructor(announced: Announcement[]) {
    super();
    this.#announced = announced;
  }

  override async append(announcement: Announcement): Promise<void> {
    this.#announced.push(announcement);
  }
}

class MemorySecretStore extends SecretStore {
  readonly #rows: MemoryRows;

  constructor(rows: MemoryRows) {
    super();
    this.#rows = rows;
  }

  override async find(
    connectionId: string,
    kind: SecretKind = 'config',
  ): Promise<StoredSecret | undefined> {
    return this.#rows.secrets.get(rowOf({ kind, connectionId }));
  }

  override async put(owner: SecretOwner, envelope: Envelope): Promise<boolean> {
    const known = this.#rows.secrets.get(rowOf(owner));
    const isErased = known !== undefined && known.envelope === undefined;
    if (isErased || (known?.owner.revision ?? 0) !== owner.revision - 1) return false;
    this.#rows.secrets.set(rowOf(owner), { owner, envelope });
    return true;
  }

  override async erase(connectionId: string): Promise<boolean> {
    const own = [...this.#rows.secrets].filter(
      ([, { owner, envelope }]) =>
        owner.kind !== 'oauth_client' &&
        owner.connectionId === connectionId &&
        envelope !== undefined,
    );
    for (const [row, { owner }] of own) this.#rows.secrets.set(row, { owner, envelope: undefined });
    return own.length > 0;
  }

  override async drop(key: SecretKey): Promise<boolean> {
    return this.#rows.secrets.delete(rowOf(key));
  }

  override async countByKey(): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for (const { envelope } of this.#held())
      counts.set(envelope.kekId, (counts.get(envelope.kekId) ?? 0) + 1);
    return counts;
  }

  override async notUnder(
    kekId: string,
    behind: SecretKey | undefined,
    limit: number,
  ): Promise<HeldSecret[]> {
    return this.#held()
      .filter(({ owner, envelope }) => envelope.kekId !== kekId && isBehind(owner, behind))
      .toSorted((a, b) => (isBehind(a.owner, b.owner) ? 1 : -1))
      .slice(0, limit);
  }

  override async under(kekId: string, limit: number): Promise<SecretOwner[]> {
    return this.#held()
      .filter(({ envelope }) => envelope.kekId === kekId)
      .map(({ owner }) => owner)
      .slice(0, limit);
  }

  override async rewrap(owner: SecretOwner, from: WrappedKey, to: WrappedKey): Promise<boolean> {
    const known = this.#rows.secrets.get(rowOf(owner));
    if (known?.envelope === undefined || known.owner.revision !== owner.revision) return false;
    if (!known.envelope.wrapped.equals(from.wrapped)) return false;
    const envelope = { ...known.envelope, kekId: to.kekId, wrapped: to.wrapped };
    this.#rows.secrets.set(rowOf(owner), { owner: known.owner, envelope });
    return true;
  }

  #held(): HeldSecret[] {
    return [...this.#rows.secrets.values()].flatMap(({ owner, envelope }) =>
      envelope === undefined ? [] : [{ owner, envelope }],
    );
  }
}

class MemoryRunnerStore extends RunnerStore {
  readonly #rows: MemoryRows;

  constructor(rows: MemoryRows) {
    super();
    this.#rows = rows;
  }

  override async announce(ticket: Ticket, lifetimeSeconds: number): Promise<void> {
    if (!this.#rows.tickets.has(ticket.ticketHash))
      this.#rows.tickets.set(ticket.ticketHash, { ...ticket, expiresAt: expiry(lifetimeSeconds) });
  }

  override async bind(
    ticketHash: string,
    runner: RunnerKey,
    lifetimeSeconds: number,
  ): Promise<string | undefined> {
    const ticket = this.#rows.tickets.get(ticketHash);
    if (ticket?.pluginId !== runner.pluginId || isOver(ticket)) return undefined;
    if (ticket.runnerId !== undefined) {
      const bound = this.#rows.runners.get(ticket.runnerId);
      const isSame = bound !== undefined && Buffer.compare(bound.publicKey, runner.publicKey) === 0;
      return isSame ? bound.runnerId : undefined;
    }
    this.#rows.tickets.set(ticketHash, { ...ticket, runnerId: runner.runnerId });
    this.#rows.runners.set(runner.runnerId, { ...runner, expiresAt: expiry(lifetimeSeconds) });
    return runner.runnerId;
  }

  override async publicKey(pluginId: string, runnerId: string): Promise<Uint8Array | undefined> {
    const runner = this.#rows.runners.get(runnerId);
    return runner?.pluginId === pluginId && !isOver(runner) ? runner.publicKey : undefined;
  }
}

class MemoryCanaryStore extends CanaryStore {
  readonly #rows: MemoryRows;

  constructor(rows: MemoryRows) {
    super();
    this.#rows = rows;
  }

  override async list(): Promise<WrappedKey[]> {
    return [...this.#rows.canaries.values()];
  }

  override async add(canary: WrappedKey): Promise<void> {
    if (!this.#rows.canaries.has(canary.kekId)) this.#rows.canaries.set(canary.kekId, canary);
  }
}

class MemoryAuditLog extends AuditLog {
  readonly #rows: MemoryRows;

  constructor(rows: MemoryRows) {
    super();
    this.#rows = rows;
  }

  override async append(entry: AuditEntry): Promise<void> {
    const { audit, auditHeads } = this.#rows;
    const record = nextRecord(auditHeads.get(entry.spaceId) ?? emptyChain, entry, new Date());
    audit.set(entry.spaceId, [...(audit.get(entry.spaceId) ?? []), record]);
    auditHeads.set(entry.spaceId, record);
  }

  override async read(spaceId: string, behind: number, limit: number): Promise<AuditRecord[]> {
    const records = this.#rows.audit.get(spaceId) ?? [];
    return records.filter(({ sequence }) => sequence > behind).slice(0, limit);
  }

  override async heads(): Promise<ReadonlyMap<string, AuditHead>> {
    const { audit, auditHeads } = this.#rows;
    const spaces = new Set([...audit.keys(), ...auditHeads.keys()]);
    return new Map([...spaces].map((space) => [space, auditHeads.get(space) ?? emptyChain]));
  }
}

/** Configs by the connection alone, as tests look for them. */
function rowOf({ kind, connectionId }: SecretKey): string {
  return kind === 'config' ? connectionId : `${kind} ${connectionId}`;
}

function isBehind(key: SecretKey, behind: SecretKey | undefined): boolean {
  if (behind === undefined) return true;
  return key.kind === behind.kind ? key.connectionId > behind.connectionId : key.kind > behind.kind;
}

function expiry(lifetimeSeconds: number): number {
  return Date.now() + lifetimeSeconds * 1000;
}

function isOver({ expiresAt }: { readonly expiresAt: number }): boolean {
  return expiresAt <= Date.now();
}
