import type { Session } from '../database/session.ts';

/** Events that hold something of an entity, and those that plugins emitted; that an entity is gone may be told. */
const subjects = String.raw`^(data\.\w+(Created|Updated)|plugin\..+)$`;

/** Takes the events of a connection out of what waits to be published, and out of what never will be. */
export async function removeEventsOfConnection(session: Session, id: string): Promise<void> {
  const isOf = `coalesce(e.event #>> '{data,entity,connection_id}', e.event #>> '{data,connection_id}') = any ($2::text[])`;
  for (const table of ['outbox', 'outbox_refused'])
    await session.run(removal(table, isOf, 'and position(($2::text[])[1] in o.payload) > 0'), [
      subjects,
      [id],
    ]);
}

/** Takes the events of entities out of what will never be published. */
export async function removeRefusedEvents(session: Session, ids: readonly string[]): Promise<void> {
  const isOf = `e.event #>> '{data,entity,entity_id}' = any ($2::text[])`;
  await session.run(removal('outbox_refused', isOf), [subjects, [...ids]]);
}

/** Event by event: a message may tell of others, too. */
function removal(table: string, isOf: string, mayHold = ''): { name: string; text: string } {
  return {
    name: `remove_events_${table}_${mayHold === '' ? 'ids' : 'connection'}`,
    text: `with found as materialized (
        select o.id, x.rest from ${table} o cross join lateral (
          select json_agg(e.event order by e.place) filter (where (${isOf}) is not true) as rest, bool_or(${isOf}) as has_any
          from json_array_elements(o.payload::json) with ordinality e (event, place)
        ) x where o.subject ~ $1 ${mayHold} and x.has_any for update of o
      ), gone as (
        delete from ${table} o using found f where o.id = f.id and f.rest is null
      )
      update ${table} o set payload = f.rest::text from found f where o.id = f.id and f.rest is not null`,
  };
}
