import type { DatabaseOptions } from '@made-open/postgres';
import type { Connection } from '../connections/connection.ts';
import { inTransaction } from '../database/in-transaction.ts';
import type { Session, Statement } from '../database/session.ts';
import { EntityEvents } from '../entities/entity-event.ts';
import { allEntityModels, conversationModel, type ReadModel } from '../entities/entity-model.ts';
import type { RemoveFiles } from '../files/remove-files.ts';
import { appendMessages } from '../outbox/append-messages.ts';
import { EventBatches } from '../outbox/event-batches.ts';
import { removeEventsOfConnection } from '../outbox/remove-events.ts';
import { lockRun } from '../runs/run-state.ts';

/** Entities of one type that go in one call. */
const chunkRows = 2000;

const erasedModels: readonly ReadModel[] = [...allEntityModels, conversationModel];

/** Whether everything is gone, and how many entities went with this call. */
export interface Erased {
  readonly done: boolean;
  readonly erased: number;
}

interface ErasedRow {
  readonly id: string;
  readonly external_id: string;
  readonly version: number;
}

const hasMore: Statement = {
  name: 'erase_has_more',
  text: `select ${erasedModels
    .map(({ type }) => `exists (select from "${type}" where connection_key = $1)`)
    .join(' or ')} as has_more`,
};

/** The cursor of a remap holds an id. */
const forgetRemap: Statement = {
  name: 'forget_remap',
  text: 'update run_fence set remap_cursor = null where connection_key = $1',
};

/** Everything about a connection that is no entity. */
const tables: readonly Statement[] = [
  'checkpoint',
  'checkpoint_history',
  'seen',
  'sweep',
  'decided_sweep',
  'quarantine',
  'changed_thread',
  // How far the search for a person's mentions has come there: it holds an id, and begins anew.
  'person_erasure',
  'resting_thread',
  'file_upload',
  'file_save',
  'invocation',
  'channel_event',
  'awaited_conversation',
].map((table) => ({
  name: `erase_${table}`,
  text: `delete from ${table} where connection_key = $1`,
}));
const throwUploadsAway: Statement = {
  name: 'throw_uploads_away',
  text: `insert into file_trash (object) select object from file_upload where connection_key = $1 and file_id is null
    on conflict do nothing`,
};
const rest: readonly Statement[] = [throwUploadsAway, ...tables, forgetRemap];

/** Removes all data of a connection, in steps; the index follows by the events of each step. */
export class EraseConnection {
  readonly #database: DatabaseOptions;
  readonly #onCommitted: () => void;
  readonly #files: Pick<RemoveFiles, 'removeUnheld'>;

  constructor(
    database: DatabaseOptions,
    files: Pick<RemoveFiles, 'removeUnheld'>,
    onCommitted: () => void,
  ) {
    this.#database = database;
    this.#files = files;
    this.#onCommitted = onCommitted;
  }

  /** One step, under the fence; to be called until it is done. */
  async erase(connection: Connection): Promise<Erased> {
    const erased = await inTransaction(this.#database, (session) => eraseStep(session, connection));
    this.#onCommitted();
    return erased.done ? { ...erased, done: await this.#files.removeUnheld() } : erased;
  }
}

async function eraseStep(session: Session, connection: Connection): Promise<Erased> {
  await lockRun(session, connection.key);
  const batches = new EventBatches(new Date());
  const events = new EntityEvents(batches, connection);
  let erased = 0;
  // Conversations behind the messages that they would be made of again.
  for (const model of erasedModels) {
    const rows = await eraseRows(session, connection, model);
    for (const { id, external_id: externalId, version } of rows)
      events.deleted(model, { id, externalId, version: version + 1 });
    erased += rows.length;
  }
  // Looked at again: a chunk may be smaller than it could be because conversations go beside.
  const { rows: left } = await session.run<{ has_more: boolean }>(hasMore, [connection.key]);
  const done = left[0]?.has_more !== true;
  if (done) await eraseRest(session, connection);
  await appendMessages(session, batches.messages());
  return { done, erased };
}

async function eraseRows(
  session: Session,
  connection: Connection,
  { type }: ReadModel,
): Promise<readonly ErasedRow[]> {
  const { rows } = await session.run<ErasedRow>(
    {
      name: `erase_${type}`,
      text: `delete from "${type}" where id = any (array(
          select id from "${type}" where connection_key = $1 limit ${String(chunkRows)}
        )) returning id, external_id, version`,
    },
    [connection.key],
  );
  return rows;
}

async function eraseRest(session: Session, connection: Connection): Promise<void> {
  for (const statement of rest) await session.run(statement, [connection.key]);
  await removeEventsOfConnection(session, connection.id);
}
