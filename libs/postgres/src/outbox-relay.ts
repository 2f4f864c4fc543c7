import { Client } from 'pg';
import { setTimeout as delay } from 'node:timers/promises';
import { connectionOptions, type DatabaseOptions } from './database.ts';

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

const idleMs = 1000;
const errorPauseMs = 500;

/**
 * Publishes the outbox in its order. A session lock makes one relay at a time the active one; the others wait for it.
 * Rows are deleted only after the stream has stored them, so that a crash repeats and never loses.
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
    const { rows } = await client.query<{ id: string; subject: string; payload: string }>(
      'select id, subject, payload from outbox order by id limit $1',
      [this.#options.batchSize ?? 64],
    );
    if (rows.length === 0) return this.#kicked;
    const stored = await this.#publishInOrder(rows);
    if (stored.length > 0)
      await client.query('delete from outbox where id = any($1::bigint[])', [stored]);
    if (stored.length < rows.length)
      throw new Error(
        `${String(rows.length - stored.length)} outbox messages were not stored; they are tried again`,
      );
    return true;
  }

  /** Several messages are in flight, sent in order over one connection; what follows a refused one is sent again. */
  async #publishInOrder(
    rows: readonly { id: string; subject: string; payload: string }[],
  ): Promise<string[]> {
    const outcomes = await Promise.allSettled(
      rows.map((row) =>
        this.#options.publish({ ...row, messageId: `${this.#options.database.schema}-${row.id}` }),
      ),
    );
    const failed = outcomes.findIndex((outcome) => outcome.status === 'rejected');
    const outcome = outcomes[failed];
    if (outcome?.status === 'rejected') this.#options.onError?.(outcome.reason);
    return rows.slice(0, failed === -1 ? rows.length : failed).map((row) => row.id);
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
