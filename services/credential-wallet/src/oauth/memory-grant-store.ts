import { GrantStore, type AccountOwner, type Grant, type Refusal } from './grant-store.ts';

export interface MemoryGrant extends Grant {
  readonly lease?: { readonly id: string; readonly until: number } | undefined;
}

export class MemoryGrantStore extends GrantStore {
  readonly #rows: Map<string, MemoryGrant>;

  constructor(rows: Map<string, MemoryGrant>) {
    super();
    this.#rows = rows;
  }

  override async find(connectionId: string): Promise<Grant | undefined> {
    const row = this.#rows.get(connectionId);
    return row && { revision: row.revision, refusal: row.refusal };
  }

  override async lease(
    { connectionId }: AccountOwner,
    leaseId: string,
    seconds: number,
  ): Promise<boolean> {
    const row = this.#rows.get(connectionId) ?? { revision: 0, refusal: undefined };
    if (row.lease !== undefined && row.lease.until > Date.now()) return false;
    const lease = { id: leaseId, until: Date.now() + seconds * 1000 };
    this.#rows.set(connectionId, { ...row, lease });
    return true;
  }

  override async release(connectionId: string, leaseId: string): Promise<void> {
    const row = this.#rows.get(connectionId);
    if (row?.lease?.id === leaseId) this.#rows.set(connectionId, { ...row, lease: undefined });
  }

  override async settle(
    { connectionId }: AccountOwner,
    refusal: Refusal | undefined,
  ): Promise<number> {
    const revision = (this.#rows.get(connectionId)?.revision ?? 0) + 1;
    this.#rows.set(connectionId, { revision, refusal });
    return revision;
  }

  override async remove(connectionId: string): Promise<void> {
    this.#rows.delete(connectionId);
  }
}
