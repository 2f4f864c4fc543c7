import type { DatabaseOptions } from '@made-open/postgres';
import type { Connection } from '../connections/connection.ts';
import { inTransaction } from '../database/in-transaction.ts';
import type { Session, Statement } from '../database/session.ts';
import { InvalidRequestError, SweepNotHeldError } from '../errors.ts';
import { lockRun, saveRun } from './run-state.ts';
import { carryOutSweep, dropSweep } from './sweep.ts';

/** What a person wants of the sweep of a run. */
export interface SweepDecision {
  readonly runId: string;
  readonly carryOut: boolean;
}

const remember: Statement = {
  name: 'remember_sweep',
  text: `insert into decided_sweep (connection_key, run_id, carried_out, deleted) values ($1, $2, $3, $4)
    on conflict (connection_key) do update
    set run_id = excluded.run_id, carried_out = excluded.carried_out, deleted = excluded.deleted`,
};
const recall: Statement = {
  name: 'recall_sweep',
  text: `select deleted::float8 as deleted from decided_sweep
    where connection_key = $1 and run_id = $2 and carried_out = $3`,
};

/** Carries out or drops a sweep that waits for a person. */
export class ResolveSweep {
  readonly #database: DatabaseOptions;
  readonly #onCommitted: () => void;

  constructor(database: DatabaseOptions, onCommitted: () => void) {
    this.#database = database;
    this.#onCommitted = onCommitted;
  }

  /** How many entities were deleted; the same again when the answer to the same decision was lost. */
  async resolve(connection: Connection, decision: SweepDecision): Promise<number> {
    if (decision.runId === '')
      throw new InvalidRequestError('run_id is missing: a sweep is that of a run');
    const deleted = await inTransaction(this.#database, (session) =>
      resolveWithin(session, connection, decision),
    );
    this.#onCommitted();
    return deleted;
  }
}

async function resolveWithin(
  session: Session,
  connection: Connection,
  { runId, carryOut }: SweepDecision,
): Promise<number> {
  const state = await lockRun(session, connection.key);
  // Without a run it was found before runs were noted.
  if (!state.sweepHeld || !['', runId].includes(state.sweepRunId)) {
    const { rows } = await session.run<{ deleted: number }>(recall, [
      connection.key,
      runId,
      carryOut,
    ]);
    if (rows[0] === undefined) throw new SweepNotHeldError(runId);
    return rows[0].deleted;
  }
  const deleted = carryOut ? await carryOutSweep(session, connection, new Date()) : 0;
  await dropSweep(session, connection);
  await saveRun(session, connection.key, { ...state, sweepHeld: false, sweepRunId: '' });
  await session.run(remember, [connection.key, runId, carryOut, deleted]);
  return deleted;
}
