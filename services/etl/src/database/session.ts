import { connectionOptions, type DatabaseOptions } from '@made-open/postgres';
import { Client, DatabaseError, type QueryResult, type QueryResultRow } from 'pg';
import { DatabaseUnavailableError } from '../errors.ts';
import { BinaryWriter, parametersSent } from './binary-writer.ts';
import { CopyQuery } from './copy-query.ts';

/** A statement that is prepared once for each connection. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/**
 * Frames probe indexes, always: on a table without statistics the planner would scan it for every frame.
 * A process that hangs in a transaction must not hold a connection's fence for ever.
 */
const settings = [
  'enable_seqscan=off',
  'enable_hashjoin=off',
  'enable_mergejoin=off',
  'plan_cache_mode=force_generic_plan',
  'jit=off',
  'lock_timeout=10s',
  'idle_in_transaction_session_timeout=30s',
];

/** One connection of its own on which statements are sent without waiting for one another. */
export class Session {
  readonly #client: Client;
  readonly #freeWriters: BinaryWriter[] = [];
  #isBroken = false;

  private constructor(client: Client) {
    this.#client = client;
    const broken = (): void => {
      this.#isBroken = true;
    };
    client.on('error', broken);
    client.on('end', broken);
  }

  static async open(options: DatabaseOptions): Promise<Session> {
    const base = connectionOptions({
      ...options,
      applicationName: `${options.applicationName}-items`,
    });
    const session = new Session(
      new Client({
        ...base,
        pipeline: true,
        options: [base.options, ...settings.map((setting) => `-c ${setting}`)].join(' '),
      }),
    );
    try {
      await session.#client.connect();
    } catch (error) {
      throw new DatabaseUnavailableError(error);
    }
    return session;
  }

  get isUsable(): boolean {
    return !this.#isBroken;
  }

  /** Sends a statement; its place is behind everything that was sent before. */
  run<R extends QueryResultRow>(
    statement: Statement,
    values: readonly unknown[],
  ): Promise<QueryResult<R>> {
    // In a pipeline the driver writes the message at once, so that the memory of the parameters is free again.
    const result = this.#client.query<R>({ ...statement, values: [...values] });
    parametersSent();
    return handled(result);
  }

  /** Sends a statement that is not worth preparing. */
  command(text: string): Promise<QueryResult> {
    return handled(this.#client.query(text));
  }

  /** Sends `COPY … FROM STDIN BINARY` with the rows that `write` writes, without header and trailer. */
  copy(text: string, write: (writer: BinaryWriter) => void): Promise<void> {
    const writer = this.#freeWriters.pop() ?? new BinaryWriter();
    writer.reset();
    writer.copyHeader();
    write(writer);
    writer.copyTrailer();
    const sent = new Promise<void>((resolve, reject) => {
      this.#client.query(
        new CopyQuery(text, writer.view(), (error) => {
          if (error instanceof Error) reject(error);
          else {
            // The server has read all of it.
            this.#freeWriters.push(writer);
            resolve();
          }
        }),
      );
    });
    return handled(sent);
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}

/** Waits for all of a pipeline; throws the first error in the order of sending, the others only follow from it. */
export async function inOrder(results: readonly Promise<unknown>[]): Promise<void> {
  const outcomes = await Promise.allSettled(results);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

/** Whether a statement failed because of the values it was given: 22 data, 23 constraints, 54 limits. */
export function isDataError(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && /^(?:22|23|54)/u.test(error.code ?? '');
}

/** Errors that pass by themselves come back as such; what is left is a fault of the program. */
export function classify(error: unknown): unknown {
  if (!(error instanceof Error) || 'retry' in error) return error;
  if (!(error instanceof DatabaseError)) return new DatabaseUnavailableError(error);
  return /^(?:08|25|40|53|55|57|58)/u.test(error.code ?? '')
    ? new DatabaseUnavailableError(error)
    : error;
}

/** Its owner waits for it later, perhaps after another one has failed. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
