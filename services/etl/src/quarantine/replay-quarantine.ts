import { isItemType } from '@made-open/manifest';
import type { DatabaseOptions } from '@made-open/postgres';
import type { Connection } from '../connections/connection.ts';
import { textArray } from '../database/binary-writer.ts';
import { inTransaction } from '../database/in-transaction.ts';
import { inOrder, type Session, type Statement } from '../database/session.ts';
import { entityModels, type EntityModel } from '../entities/entity-model.ts';
import { withoutErased } from '../erasure/erased-items.ts';
import { ConnectionChangedError, InvalidRequestError } from '../errors.ts';
import { appendMessages } from '../outbox/append-messages.ts';
import { EventBatches } from '../outbox/event-batches.ts';
import { lockRun } from '../runs/run-state.ts';
import { withoutForbidden } from '../items/apply-records.ts';
import { EmitEvents, type EmitOptions } from '../items/emit-events.ts';
import { uuid } from './quarantine-list.ts';
import {
  noRecords,
  type FrameRecords,
  type ItemLine,
  type RefusedRecord,
} from '../items/read-frame.ts';
import { checkBatches, WriteItems } from '../items/write-items.ts';

/** Of one call; the records of the items, in bytes, are bounded beside. */
export const maxIds = 500;
const pageBytes = 8 * 1024 * 1024;
const firstId = '00000000-0000-0000-0000-000000000000';

const choose: Statement = {
  name: 'choose_quarantine',
  text: `select c.id, c.type, c.external_id, c.record from (
      select q.*, sum(octet_length(q.record)) over (order by q.id) - octet_length(q.record) as bytes_before
      from quarantine q
      where q.connection_key = $1 and q.id > $2::uuid and q.record is not null and q.type <> 'checkpoint'
        and (cardinality($3::uuid[]) = 0 or q.id = any ($3::uuid[]))
      order by q.id limit ${String(maxIds)}
    ) c where c.bytes_before < ${String(pageBytes)} order by c.id`,
};
const releaseIds: Statement = {
  name: 'release_quarantine_ids',
  text: 'delete from quarantine where id = any ($1::uuid[])',
};
const renewReasons: Statement = {
  name: 'renew_quarantine_reasons',
  text: `update quarantine q set reason = x.reason
    from unnest($1::uuid[], $2::text[]) as x (id, reason) where q.id = x.id and q.reason <> x.reason`,
};

interface Row {
  readonly id: string;
  readonly type: string;
  readonly external_id: string;
  readonly record: Buffer;
}

/** Which records are wanted. */
export interface ReplayQuery {
  readonly ids: readonly string[];
  readonly cursor: string;
}

export interface Replayed {
  readonly replayed: number;
  readonly refused: number;
  readonly nextCursor: string;
}

/** Tries quarantined records of a connection again: permissions, the model or etl itself may have changed. */
export class ReplayQuarantine {
  readonly #database: DatabaseOptions;
  readonly #onCommitted: () => void;

  constructor(database: DatabaseOptions, onCommitted: () => void) {
    this.#database = database;
    this.#onCommitted = onCommitted;
  }

  async replay(connection: Connection, query: ReplayQuery): Promise<Replayed> {
    checkIds(query.ids);
    if (query.cursor !== '') checkIds([query.cursor]);
    const result = await inTransaction(this.#database, (session) =>
      replayWithin(session, connection, query),
    );
    this.#onCommitted();
    return result;
  }
}

/** Throws InvalidRequestError. */
export function checkIds(ids: readonly string[]): void {
  if (ids.length > maxIds)
    throw new InvalidRequestError(`at most ${String(maxIds)} ids may be given at once`);
  if (!ids.every((id) => uuid.test(id)))
    throw new InvalidRequestError('an id is not one of the quarantine');
}

/** Under the fence: a record that waits is the newest of its id, since a good one would have released it. */
async function replayWithin(
  session: Session,
  connection: Connection,
  { ids, cursor }: ReplayQuery,
): Promise<Replayed> {
  const { generation, hasErased } = await lockRun(session, connection.key);
  if (generation !== connection.generation) throw new ConnectionChangedError(connection.id);
  const after = cursor === '' ? firstId : cursor;
  const { rows } = await session.run<Row>(choose, [connection.key, after, `{${ids.join(',')}}`]);
  const refused = await writeRows(session, connection, { rows, hasErased });
  const good = rows.filter((row) => !refused.has(keyOf(row)));
  const bad = rows.flatMap((row) => {
    const reason = refused.get(keyOf(row));
    return reason === undefined ? [] : [{ id: row.id, reason }];
  });
  await inOrder([
    session.run(releaseIds, [`{${good.map(({ id }) => id).join(',')}}`]),
    session.run(renewReasons, [
      `{${bad.map(({ id }) => id).join(',')}}`,
      textArray(bad.map(({ reason }) => reason)),
    ]),
  ]);
  return { replayed: good.length, refused: bad.length, nextCursor: rows.at(-1)?.id ?? '' };
}

/** Why records were refused, by `keyOf`. */
async function writeRows(
  session: Session,
  connection: Connection,
  { rows, hasErased }: { rows: readonly Row[]; hasErased: boolean },
): Promise<ReadonlyMap<string, string>> {
  const allowed = withoutForbidden(recordsOf(rows), connection);
  const asked = { records: allowed, checked: checkBatches(session, connection, allowed.batches) };
  // What was erased at a person's wish leaves the quarantine, too, and comes nowhere.
  const { records, checked } = hasErased
    ? await withoutErased(session, connection.key, asked)
    : asked;
  const time = new Date();
  const batches = new EventBatches(time);
  const target = { session, connectionKey: connection.key, time };
  const items = new WriteItems({ connection, target, batches, isCareful: true });
  items.refused.push(...records.refused);
  await items.write(checked, []);
  const refused = new Map(
    items.refused.map((record) => [
      keyOf({ ...record, external_id: record.externalId }),
      record.reason,
    ]),
  );
  const options = { connection, target, batches, isCareful: true, items, hasErased };
  const faults = await emitRows(rows, options);
  await items.sent();
  await appendMessages(session, batches.messages());
  return new Map([...refused, ...faults]);
}

/** One after the other, so that each has its own reason. */
async function emitRows(
  rows: readonly Row[],
  options: EmitOptions,
): Promise<readonly (readonly [key: string, reason: string])[]> {
  const emitted = new EmitEvents(options);
  const { refused } = options.items;
  const faults: (readonly [string, string])[] = [];
  for (const row of rows.filter(({ type }) => type === 'event')) {
    const before = refused.length;
    await emitted.emit([{ subject: row.external_id, line: row.record }]);
    const [fault] = refused.slice(before);
    if (fault !== undefined) faults.push([keyOf(row), fault.reason]);
  }
  return faults;
}

function recordsOf(rows: readonly Row[]): FrameRecords {
  const items = new Map<EntityModel, ItemLine[]>();
  const refused: RefusedRecord[] = [];
  for (const { type, external_id: externalId, record: line } of rows) {
    if (type === 'event') continue;
    if (isItemType(type)) {
      const model = entityModels[type];
      const known = items.get(model) ?? [];
      known.push({ externalId, line });
      items.set(model, known);
    } else {
      const reason = 'there is no such item type';
      refused.push({ type, externalId, line, bytes: line.byteLength, reason });
    }
  }
  return {
    ...noRecords,
    batches: Array.from(items, ([model, lines]) => ({ model, items: lines })),
    refused,
  };
}

/** Items by their ids, as they are written; of events of the same name there may be many. */
function keyOf({ id, type, external_id: externalId }: Partial<Row>): string {
  return type === 'event' ? `event ${id ?? ''}` : `${type ?? ''}/${externalId ?? ''}`;
}
