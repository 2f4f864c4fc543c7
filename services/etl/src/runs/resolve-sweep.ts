import type { DatabaseOptions } from '@made-open/postgres';
import type { Connection } from '../connections/connection.ts';
import { inTransaction } from '../database/in-transaction.ts';
import type { Session } from '../database/session.ts';
import { InvalidRequestError } from '../errors.ts';
import { lockRun, saveRun } from './run-state.ts';
import { carryOutSweep, dropSweep } from './sweep.ts';

/** Carries out or drops a sweep that waits for a person. */
export class ResolveSweep {
  readonly #database: DatabaseOptions;
  readonly #onCommitted: () => void;

  constructor(database: DatabaseOptions, onCommitted: () => void) {
    this.#database = database;
    this.#onCommitted = onCommitted;
  }

  /** How many entities were deleted. */
  async resolve(connection: Connection, carryOut: boolean): Promise<number> {
    const deleted = await inTransaction(this.#database, (session) =>
      resolveWithin(session, connection, carryOut),
    );
    this.#onCommitted();
    return deleted;
  }
}

async function resolveWithin(
  session: Session,
  connection: Connection,
  carryOut: boolean,
): Promise<number> {
  const state = await lockRun(session, connection.key);
  if (!state.sweepHeld)
    throw new InvalidRequestError('no sweep of this connection waits for a decision');
  const deleted = carryOut ? await carryOutSweep(session, connection, new Date()) : 0;
  await dropSweep(session, connection);
  await saveRun(session, connection.key, { ...state, sweepHeld: false });
  return deleted;
}
