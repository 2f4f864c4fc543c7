import { hashOf } from '../communication/heard-before.ts';
import type { Connection } from '../connections/connection.ts';
import type { Session, Statement } from '../database/session.ts';
import { EntityEvents } from '../entities/entity-event.ts';
import { allEntityModels, type EntityModel } from '../entities/entity-model.ts';
import { appendMessages } from '../outbox/append-messages.ts';
import { EventBatches } from '../outbox/event-batches.ts';

/** Fewer than these may always go. */
const maxUnasked = 20;
const chunkRows = 2000;

interface Size {
  readonly total: number;
  readonly gone: number;
}

/** Whether so much would be deleted that a person should look first: a source that answered with nothing is not empty. */
export function needsPerson({ total, gone }: Size): boolean {
  return gone > maxUnasked && gone > total / 2;
}

const clear: Statement = {
  name: 'clear_sweep',
  text: 'delete from sweep where connection_key = $1',
};
const forgetSeen: Statement = {
  name: 'forget_seen',
  text: 'delete from seen where connection_key = $1',
};
const forgetSeenOfOthers: Statement = {
  name: 'forget_seen_of_others',
  text: 'delete from seen where connection_key = $1 and run_id <> $2',
};

/** A new run has begun: what earlier ones had seen is of no more use. */
export async function forgetOtherRuns(
  session: Session,
  connectionKey: number,
  runId: string,
): Promise<void> {
  await session.run(forgetSeenOfOthers, [connectionKey, runId]);
}

/**
 * Finds what a full pass did not see, and deletes it unless that is too much. Runs under the fence, so nothing else
 * writes to the connection meanwhile.
 */
export async function sweepUnseen(
  session: Session,
  connection: Connection,
  { runId, time }: { runId: string; time: Date },
): Promise<{ deleted: number; isHeld: boolean }> {
  await session.run(clear, [connection.key]);
  const sizes: Size[] = [];
  for (const model of allEntityModels)
    sizes.push(await markUnseen(session, connection, { model, runId }));
  await session.run(forgetSeen, [connection.key]);
  const all = sizes.reduce(
    (sum, size) => ({ total: sum.total + size.total, gone: sum.gone + size.gone }),
    { total: 0, gone: 0 },
  );
  if ([...sizes, all].some(needsPerson)) return { deleted: 0, isHeld: true };
  return {
    deleted: all.gone === 0 ? 0 : await carryOutSweep(session, connection, time),
    isHeld: false,
  };
}

/** Deletes what a sweep has marked, with events. */
export async function carryOutSweep(
  session: Session,
  connection: Connection,
  time: Date,
): Promise<number> {
  let deleted = 0;
  for (const model of allEntityModels) {
    let rows = 0;
    do {
      const chunk = await deleteChunk(session, connection, { model, time });
      rows = chunk.marked;
      deleted += chunk.deleted;
    } while (rows === chunkRows);
  }
  return deleted;
}

export async function dropSweep(session: Session, connection: Connection): Promise<void> {
  await session.run(clear, [connection.key]);
}

/** The one statement over all rows of a connection: here hashing is right and probing row by row is not. */
async function markUnseen(
  session: Session,
  connection: Connection,
  { model, runId }: { model: EntityModel; runId: string },
): Promise<Size> {
  await session.command('set local enable_hashjoin = on; set local enable_nestloop = off');
  const { rows } = await session.run<{ total: number; gone: number }>(
    {
      name: `mark_unseen_${model.type}`,
      text: `with known as materialized (
          select unnest(s.ids) as external_id from seen s
          where s.connection_key = $1 and s.run_id = $2 and s.type = $3
        ), marked as (
          insert into sweep (connection_key, type, external_id)
          select $1, $3, e.external_id from "${model.type}" e
          where e.connection_key = $1
            and not exists (select from known k where k.external_id = e.external_id)${beyondSweeps(model)}
          returning 1
        )
        select (select count(*) from "${model.type}" e where e.connection_key = $1)::float8 as total,
          (select count(*) from marked)::float8 as gone`,
    },
    [connection.key, runId, model.type],
  );
  await session.command('set local enable_hashjoin = off; set local enable_nestloop = on');
  return rows[0] ?? { total: 0, gone: 0 };
}

/** What came in or was sent through a channel is no item of its source: a full pass need not see it. */
function beyondSweeps({ type }: EntityModel): string {
  return type === 'message'
    ? ` and not exists (
              select from channel_event h where h.connection_key = $1 and h.kind = 'message' and h.is_made
                and h.id = ${hashOf('e.external_id')}
            )`
    : '';
}

interface SweptRow {
  readonly marked: number;
  readonly id: string | null;
  readonly external_id: string;
  readonly version: number;
}

async function deleteChunk(
  session: Session,
  connection: Connection,
  { model, time }: { model: EntityModel; time: Date },
): Promise<{ marked: number; deleted: number }> {
  const { rows } = await session.run<SweptRow>(
    {
      name: `sweep_${model.type}`,
      text: `with marked as (
          delete from sweep where ctid = any (array(
            select ctid from sweep where connection_key = $1 and type = $2 limit ${String(chunkRows)}
          )) returning external_id
        ), deleted as (
          -- As an array, so that each id probes the index: a join was seen to walk through the whole connection.
          delete from "${model.type}" e
          where e.connection_key = $1 and e.external_id = any (array(select external_id from marked))
          returning e.id, e.external_id, e.version
        )
        select (select count(*) from marked)::int as marked, d.id, d.external_id, d.version
        from (values (1)) as one left join deleted d on true`,
    },
    [connection.key, model.type],
  );
  const batches = new EventBatches(time);
  const events = new EntityEvents(batches, connection);
  let deleted = 0;
  for (const { id, external_id: externalId, version } of rows) {
    if (id === null) continue; // nothing was left of what had been marked
    events.deleted(model, { id, externalId, version: version + 1 });
    deleted++;
  }
  await appendMessages(session, batches.messages());
  return { marked: rows[0]?.marked ?? 0, deleted };
}
