import type { OutboxMessage } from '@made-open/postgres';
import type { Attempt, Outbound } from '../outbound.ts';
import { faxStateOf, isFax, type Fax } from '../faxes/fax.ts';
import type { StatusReport } from '../sending/apply-report.ts';
import {
  OutboundStore,
  sendingPerConnection,
  type FaxFilter,
  type KnownSubmission,
  type LockedOutbound,
  type OutboundBacklog,
  type OutboundFilter,
  type Submission,
  type SubmissionKey,
} from './outbound-store.ts';

const dayMs = 24 * 3_600_000;

/** A store for specs, whose time a test turns. */
export class MemoryOutboundStore extends OutboundStore {
  readonly published: OutboxMessage[] = [];
  readonly attempts = new Map<string, Attempt>();
  readonly #outbound = new Map<string, Outbound>();
  readonly #keys = new Map<string, { fingerprint: string; id: string; expiresMs: number }>();
  readonly #reports = new Map<string, { report: StatusReport; atMs: number }>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    super();
    this.#now = now;
  }

  override now(): Promise<Date> {
    return Promise.resolve(new Date(this.#now()));
  }

  override known(key: SubmissionKey): Promise<KnownSubmission | undefined> {
    return Promise.resolve(this.#known(key));
  }

  override submit({ key, fingerprint, outbound, messages }: Submission) {
    const known = this.#known(key);
    if (known !== undefined) return Promise.resolve({ ...known, isNew: false });
    const expiresMs = this.#now() + dayMs;
    this.#keys.set(textOf(key), { fingerprint, id: outbound.id, expiresMs });
    this.#outbound.set(outbound.id, outbound);
    this.published.push(...messages);
    return Promise.resolve({ fingerprint, outbound, isNew: true });
  }

  override find(id: string): Promise<Outbound | undefined> {
    return Promise.resolve(this.#outbound.get(id));
  }

  override list(filter: OutboundFilter): Promise<readonly Outbound[]> {
    const { spaceId, connectionId, kind, state, before, limit } = filter;
    const found = [...this.#outbound.values()]
      .filter((each) => each.spaceId === spaceId && each.connectionId === connectionId)
      .filter((each) => each.kind === kind && (state === undefined || each.state === state))
      .filter(({ id }) => before === '' || id < before)
      .toSorted((a, b) => (a.id < b.id ? 1 : -1));
    return Promise.resolve(found.slice(0, limit));
  }

  override listFaxes(filter: FaxFilter): Promise<readonly Fax[]> {
    const { spaceId, connectionId, state, before, limit } = filter;
    const found = [...this.#outbound.values()]
      .filter(isFax)
      .filter((each) => each.spaceId === spaceId)
      .filter((each) => connectionId === '' || each.connectionId === connectionId)
      .filter((each) => state === undefined || faxStateOf(each) === state)
      .filter(({ id }) => before === '' || id < before)
      .toSorted((a, b) => (a.id < b.id ? 1 : -1));
    return Promise.resolve(found.slice(0, limit));
  }

  override due(limit: number): Promise<readonly string[]> {
    const all = [...this.#outbound.values()];
    const sending = (id: string): number =>
      all.filter(({ connectionId, state }) => connectionId === id && state === 'sending').length;
    // In the order in which they were submitted.
    const isFirst = (one: Outbound): boolean => {
      const open = all.filter(({ state }) => state === 'queued' || state === 'sending');
      return open.find((each) => isOfSameLane(each, one)) === one;
    };
    const room = new Map<string, number>();
    const found = all
      .filter(({ wakeAt }) => wakeAt !== undefined && wakeAt.getTime() <= this.#now())
      .toSorted((a, b) => Number(a.wakeAt) - Number(b.wakeAt))
      .filter((one) => one.state !== 'queued' || isFirst(one))
      .filter(({ state, connectionId }) => {
        if (state !== 'queued') return true;
        const left = room.get(connectionId) ?? sendingPerConnection - sending(connectionId);
        room.set(connectionId, left - 1);
        return left > 0;
      });
    return Promise.resolve(found.slice(0, limit).map(({ id }) => id));
  }

  override async withOutbound<T>(id: string, work: (locked: LockedOutbound) => Promise<T>) {
    const newest = [...this.attempts.values()].findLast(({ outboundId }) => outboundId === id);
    return this.#locked(id, newest, work);
  }

  override async withAttempt<T>(attemptId: string, work: (locked: LockedOutbound) => Promise<T>) {
    const attempt = this.attempts.get(attemptId);
    return attempt === undefined ? undefined : this.#locked(attempt.outboundId, attempt, work);
  }

  override findReported(report: StatusReport): Promise<string | undefined> {
    const found = [...this.#outbound.values()].findLast(
      ({ connectionId, externalId }) =>
        connectionId === report.connectionId && externalId === report.externalId,
    );
    if (found === undefined) this.#reports.set(report.eventId, { report, atMs: this.#now() });
    return Promise.resolve(found?.id);
  }

  override erase(connectionId: string, limit: number): Promise<number> {
    const reports = [...this.#reports]
      .filter(([, { report }]) => report.connectionId === connectionId)
      .slice(0, limit);
    const outbound = [...this.#outbound.values()]
      .filter((each) => each.connectionId === connectionId)
      .slice(0, limit);
    for (const [id] of reports) this.#reports.delete(id);
    for (const { id } of outbound) this.#remove(id);
    return Promise.resolve(reports.length + outbound.length);
  }

  override backlog(): Promise<OutboundBacklog> {
    const queued = [...this.#outbound.values()].filter(({ state }) => state === 'queued');
    const oldest = Math.min(this.#now(), ...queued.map(({ wakeAt }) => Number(wakeAt)));
    const oldestDueSeconds = (this.#now() - oldest) / 1000;
    return Promise.resolve({ queued: queued.length, oldestDueSeconds });
  }

  override forget(days: number): Promise<number> {
    const before = this.#rows;
    for (const [key, { expiresMs }] of this.#keys)
      if (expiresMs < this.#now()) this.#keys.delete(key);
    for (const [id, { atMs }] of this.#reports)
      if (atMs < this.#now() - 3_600_000) this.#reports.delete(id);
    for (const [id, { wakeAt, updatedAt }] of this.#outbound)
      if (wakeAt === undefined && updatedAt.getTime() < this.#now() - days * dayMs)
        this.#remove(id);
    return Promise.resolve(before - this.#rows);
  }

  #remove(outboundId: string): void {
    this.#outbound.delete(outboundId);
    for (const [id, attempt] of this.attempts)
      if (attempt.outboundId === outboundId) this.attempts.delete(id);
    for (const [key, { id }] of this.#keys) if (id === outboundId) this.#keys.delete(key);
  }

  get #rows(): number {
    return this.#keys.size + this.#reports.size + this.#outbound.size;
  }

  #known(key: SubmissionKey): KnownSubmission | undefined {
    const known = this.#keys.get(textOf(key));
    if (known === undefined || known.expiresMs <= this.#now()) return undefined;
    const outbound = this.#outbound.get(known.id);
    return outbound === undefined ? undefined : { fingerprint: known.fingerprint, outbound };
  }

  async #locked<T>(
    id: string,
    attempt: Attempt | undefined,
    work: (locked: LockedOutbound) => Promise<T>,
  ): Promise<T | undefined> {
    const outbound = this.#outbound.get(id);
    if (outbound === undefined) return undefined;
    return work({
      now: new Date(this.#now()),
      outbound,
      attempt,
      save: async (value) => void this.#outbound.set(id, value),
      saveAttempt: async (value) => void this.attempts.set(value.id, value),
      publish: async (messages) => void this.published.push(...messages),
      takeReports: async (externalId) => {
        const found = [...this.#reports.values()]
          .map(({ report }) => report)
          .filter((each) => each.connectionId === outbound.connectionId)
          .filter((each) => each.externalId === externalId);
        for (const { eventId } of found) this.#reports.delete(eventId);
        return found;
      },
    });
  }
}

function isOfSameLane(a: Outbound, b: Outbound): boolean {
  return a.connectionId === b.connectionId && a.kind === b.kind && a.content.to === b.content.to;
}

function textOf({ spaceId, client, key }: SubmissionKey): string {
  return JSON.stringify([spaceId, client, key]);
}
