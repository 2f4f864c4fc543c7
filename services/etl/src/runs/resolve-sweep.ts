import type { DatabaseOptions } from '@made-open/postgres';
import type { Connection } from '../connections/connection.ts';
import { classify, inOrder, Session } from '../database/session.ts';
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
    const session = await Session.open(this.#database);
    try {
      const deleted = await resolveWithin(session, connection, carryOut);
      this.#onCommitted();
      return deleted;
    } catch (error) {
      throw classify(error);
    } finally {
      // Ends the transaction too, when it was not committed.
      await session.close();
    }
  }
}

async function resolveWithin(
  session: Session,
  connection: Connection,
  carryOut: boolean,
): Promise<number> {
  await session.command('begin');
  const state = await lockRun(session, connection.key);
  if (!state.sweepHeld)
    throw new InvalidRequestError('no sweep of this connection waits for a decision');
  const deleted = carryOut ? await carryOutSweep(session, connection, new Date()) : 0;
  await dropSweep(session, connection);
  await inOrder([
    saveRun(session, connection.key, { ...state, sweepHeld: false }),
    session.command('commit'),
  ]);
  return deleted;
}
