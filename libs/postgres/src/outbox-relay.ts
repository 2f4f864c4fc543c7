import { Client } from 'pg';
import { setTimeout as delay } from 'node:timers/promises';
import { connectionOptions, type DatabaseOptions } from './database.ts';
import { OutboxRefusedError } from './errors.ts';

/** A message on its way from the outbox to its stream. */
export interface OutboxRow {
  readonly id: string;
  /** `<schema>-<id>`: the same at every try, so that the stream drops a repetition. */
  readonly messageId: string;
  readonly subject: string;
  readonly payload: string;
}

export interface OutboxRelayOptions {
  readonly database: DatabaseOptions;
  /** Resolves once the stream has stored the message. */
  readonly publish: (row: OutboxRow) => Promise<void>;
  readonly onError?: (error: unknown) => void;
  /** Rows read and published together; 64 unless given. */
  readonly batchSize?: number;
}

interface StoredRow {
  readonly id: string;
  readonly subject: string;
  readonly payload: string;
}

const idleMs = 1000;
const errorPauseMs = 500;

/**
 * Publishes the outbox in its order; when a message is refused for a while, those behind it may be stored before it, so
 * consumers go by the versions in them. A session lock makes one relay at a time the active one; the others wait for it.
 * Rows are deleted only after the stream has stored them, so that a crash repeats and never loses. An error with
 * `retry: 'never'` moves its row to `outbox_refused`; with any other error the row and all behind it wait.
 */
export class OutboxRelay {
  readonly #options: OutboxRelayOptions;
  #running: Promise<void> | undefined;
  #stopped = new AbortController();
  #wake: (() => void) | undefined;
  #kicked = false;

  constructor(options: OutboxRelayOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Tells that rows were committed; without it they wait for up to a second. */
  kick(): void {
    this.#kicked = true;
    this.#wake?.();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#wake?.();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      try {
        await this.#relayUntilBroken();
      } catch (error) {
        this.#options.onError?.(error);
        await this.#pause(errorPauseMs);
      }
    }
  }

  async #relayUntilBroken(): Promise<void> {
    const client = new Client(connectionOptions(this.#options.database));
    client.on('error', () => undefined); // the next query tells
    await client.connect();
    try {
      while (!this.#stopped.signal.aborted && !(await this.#lock(client)))
        await this.#pause(idleMs);
      while (!this.#stopped.signal.aborted)
        if (!(await this.#relayBatch(client))) await this.#pause(idleMs);
    } finally {
      await client.end();
    }
  }

  async #lock(client: Client): Promise<boolean> {
    const key = `outbox:${this.#options.database.schema}`;
    const { rows } = await client.query<{ locked: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked',
      [key],
    );
    return rows[0]?.locked === true;
  }

  async #relayBatch(client: Client): Promise<boolean> {
    this.#kicked = false;
    const { rows } = await client.query<StoredRow>(
      'select id, subject, payload from outbox order by id limit $1',
      [this.#options.batchSize ?? 64],
    );
    if (rows.length === 0) return this.#kicked;
    const outcomes = await this.#publish(rows);
    const away = outcomes.findIndex((outcome) => outcome !== undefined && !isFinal(outcome));
    const settled = rows.slice(0, away === -1 ? rows.length : away);
    const stored = settled.filter((_, index) => outcomes[index] === undefined);
    if (stored.length > 0)
      await client.query('delete from outbox where id = any($1::bigint[])', [
        stored.map(({ id }) => id),
      ]);
    for (const [index, row] of settled.entries())
      if (outcomes[index] !== undefined) await this.#refuse(client, row, outcomes[index]);
    if (settled.length < rows.length)
      throw new Error(
        `${String(rows.length - settled.length)} outbox messages were not stored; they are tried again`,
        { cause: outcomes[away] },
      );
    return true;
  }

  /**
   * What went wrong with each, or undefined. Several messages are in flight, sent in order over one connection;
   * what follows a failed one is sent again.
   */
  async #publish(rows: readonly StoredRow[]): Promise<(Error | undefined)[]> {
    const { publish, database } = this.#options;
    const outcomes = await Promise.allSettled(
      rows.map((row) => publish({ ...row, messageId: `${database.schema}-${row.id}` })),
    );
    return outcomes.map((outcome) =>
      outcome.status === 'fulfilled' ? undefined : errorOf(outcome.reason),
    );
  }

  /** One message that no stream will ever take must not hold up all behind it. */
  async #refuse(client: Client, row: StoredRow, reason: Error): Promise<void> {
    await client.query(
      `with refused as (delete from outbox where id = $1 returning id, subject, payload, created_at)
      insert into outbox_refused (id, subject, payload, created_at, reason)
      select id, subject, payload, created_at, $2 from refused`,
      [row.id, reason.message],
    );
    this.#options.onError?.(new OutboxRefusedError(row, reason));
  }

  async #pause(ms: number): Promise<void> {
    if (this.#kicked || this.#stopped.signal.aborted) return;
    const timer = new AbortController();
    await Promise.race([
      delay(ms, undefined, { signal: timer.signal }).catch(() => undefined),
      new Promise<void>((resolve) => (this.#wake = resolve)),
    ]);
    timer.abort();
    this.#wake = undefined;
  }
}

function isFinal(error: Error): boolean {
  return 'retry' in error && error.retry === 'never';
}

function errorOf(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
