import type { DatabaseOptions } from '@made-open/postgres';
import type { Connection } from '../connections/connection.ts';
import { inTransaction } from '../database/in-transaction.ts';
import type { Session, Statement } from '../database/session.ts';
import { InvalidRequestError } from '../errors.ts';
import { lockRun, saveRun } from './run-state.ts';

const forget: Statement = {
  name: 'forget_checkpoint',
  text: 'delete from checkpoint where connection_key = $1',
};
const restore: Statement = {
  name: 'restore_checkpoint',
  text: `insert into checkpoint (connection_key, state, run_id, epoch, version, saved_at)
    select connection_key, state, run_id, epoch, version, saved_at from checkpoint_history
    where connection_key = $1 and epoch = $2`,
};
const forgetLater: Statement = {
  name: 'forget_later_checkpoints',
  text: 'delete from checkpoint_history where connection_key = $1 and epoch > $2',
};

/** Lets the next run of a connection go on from an earlier checkpoint, or from the start. */
export class RewindCheckpoint {
  readonly #database: DatabaseOptions;

  constructor(database: DatabaseOptions) {
    this.#database = database;
  }

  /** To the checkpoint of an epoch; 0 stands for the start. */
  rewind(connection: Connection, epoch: number): Promise<void> {
    return inTransaction(this.#database, (session) => rewindWithin(session, connection, epoch));
  }
}

async function rewindWithin(
  session: Session,
  connection: Connection,
  epoch: number,
): Promise<void> {
  const state = await lockRun(session, connection.key);
  await session.run(forget, [connection.key]);
  if (epoch > 0) {
    const { rowCount } = await session.run(restore, [connection.key, epoch]);
    if (rowCount !== 1)
      throw new InvalidRequestError(
        `the connection has no checkpoint of epoch ${String(epoch)} any more; list them to see which it has`,
      );
  }
  await session.run(forgetLater, [connection.key, epoch]);
  // What a run that is under way saves would undo this.
  await saveRun(session, connection.key, { ...state, rewoundEpoch: state.epoch });
}
