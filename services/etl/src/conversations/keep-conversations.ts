import type { DatabaseOptions } from '@made-open/postgres';
import type { Pool } from 'pg';
import { inTransaction } from '../database/in-transaction.ts';
import { renewConversations } from './renew-conversations.ts';

export interface KeepConversationsOptions {
  readonly database: DatabaseOptions;
  readonly pool: Pool;
  /** Messages were committed to the outbox. */
  readonly onCommitted: () => void;
  readonly onError: (error: unknown) => void;
  /** Pause between looks for threads that nobody told of. */
  readonly everyMs?: number;
}

const defaultPauseMs = 1000;

/** Makes conversations from messages, behind the transactions that write them: a frame does not wait for a long thread. */
export class KeepConversations {
  readonly #options: KeepConversationsOptions;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #running: Promise<void> = Promise.resolve();

  constructor(options: KeepConversationsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#plan(0);
  }

  /** Finishes what is in hand. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** Renews every conversation that is not up to date. */
  async renewAll(): Promise<void> {
    const { database, pool, onCommitted } = this.#options;
    const { rowCount } = await pool.query('select from changed_thread limit 1');
    for (let threads = rowCount ?? 0; threads > 0 && !this.#isStopped;) {
      threads = await inTransaction(database, (session) => renewConversations(session, new Date()));
      if (threads > 0) onCommitted();
    }
  }

  #plan(pauseMs: number): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#look();
    }, pauseMs);
  }

  async #look(): Promise<void> {
    try {
      await this.renewAll();
    } catch (error) {
      this.#options.onError(error);
    }
    this.#plan(this.#options.everyMs ?? defaultPauseMs);
  }
}
