import type { Logger } from '@made-open/nest';
import { connectionOptions, type DatabaseOptions } from '@made-open/postgres';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { FleetLease, type LeaseListener } from './fleet-lease.ts';
import { listenStatement, readNews } from './fleet-news.ts';

const lookMs = 1000;
const faultPauseMs = 500;
const answerWithinMs = 5000;
// A manager whose machine is gone closes no connection: the server has to find out before another one may have the lock.
const noticeSoon =
  'set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3';

/** A lock of PostgreSQL that lives as long as the connection that took it, and on which news come, so that none is lost without it. */
export class PostgresFleetLease extends FleetLease {
  readonly #database: DatabaseOptions;
  readonly #logger: Logger;
  readonly #end = new AbortController();
  #listener: LeaseListener = { onChange: () => undefined, onNews: () => undefined };
  #running: Promise<void> = Promise.resolve();
  #isHeld = false;

  constructor(database: DatabaseOptions, logger: Logger) {
    super();
    this.#database = database;
    this.#logger = logger;
  }

  override get isHeld(): boolean {
    return this.#isHeld;
  }

  override start(listener: LeaseListener): void {
    this.#listener = listener;
    this.#running = this.#run();
  }

  override async stop(): Promise<void> {
    this.#end.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    while (!this.#end.signal.aborted)
      try {
        await this.#holdUntilBroken();
      } catch (error) {
        this.#logger.warn('nobody can tell who keeps the runners', { error });
        await this.#pause(faultPauseMs);
      }
  }

  async #holdUntilBroken(): Promise<void> {
    const client = new Client({
      ...connectionOptions(this.#database),
      query_timeout: answerWithinMs,
    });
    client.on('error', () => undefined); // the next query tells
    client.on('notification', ({ payload }) => {
      const news = readNews(payload);
      if (news !== undefined && this.#isHeld) this.#listener.onNews(news);
    });
    try {
      await client.connect();
      await client.query(noticeSoon);
      await client.query(listenStatement(this.#database.schema));
      while (!this.#end.signal.aborted) {
        // Asked by its holder, it is a look at whether the connection is still there.
        if (this.#isHeld) await client.query('select 1');
        else if (await this.#lock(client)) this.#set(true);
        await this.#pause(lookMs);
      }
    } finally {
      this.#set(false);
      await client.end();
    }
  }

  async #lock(client: Client): Promise<boolean> {
    const { rows } = await client.query<{ locked: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked',
      [`fleet:${this.#database.schema}`],
    );
    return rows[0]?.locked === true;
  }

  #set(isHeld: boolean): void {
    if (this.#isHeld === isHeld) return;
    this.#isHeld = isHeld;
    this.#logger.info(isHeld ? 'this manager keeps the runners' : 'the runners are another’s');
    this.#listener.onChange(isHeld);
  }

  async #pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.#end.signal }).catch(() => undefined);
  }
}
