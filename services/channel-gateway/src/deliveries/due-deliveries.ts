import { sql, type RawBuilder } from 'kysely';
import type { DueBatch } from './delivery-store.ts';

/**
 * The next of each conversation, if it is due and none of it is under way; connections in turn, so that one with much to do
 * leaves room for the others. Steps from connection to connection, and from conversation to conversation of those that are
 * active, over the index of open ones: how many wait in each does not matter, nor what waits where none is active. Where conversations are not known one that waits for its next try is passed over.
 */
export function dueDeliveries({ limit, perConnection }: DueBatch): RawBuilder<{ id: string }> {
  return sql<{ id: string }>`
    with recursive waiting(connection_id) as (
      (select connection_id from delivery where state in ('pending', 'dispatched')
        order by connection_id limit 1)
      union all
      select next.connection_id from waiting w cross join lateral (
        select connection_id from delivery
        where state in ('pending', 'dispatched') and connection_id > w.connection_id
        order by connection_id limit 1) next
    ), open_lane(connection_id, lane) as (
      select c.id, first.lane from waiting w
      join connection c on c.id = w.connection_id and c.state = 'active'
      cross join lateral (
        select lane from delivery where state in ('pending', 'dispatched') and connection_id = c.id
        order by lane limit 1) first
      union all
      select o.connection_id, next.lane from open_lane o cross join lateral (
        select lane from delivery
        where state in ('pending', 'dispatched') and connection_id = o.connection_id and lane > o.lane
        order by lane limit 1) next
    ), in_flight as (
      select connection_id, count(*) as count from delivery where state = 'dispatched' group by connection_id
    ), head as (
      select h.id, h.position, o.connection_id,
        row_number() over (partition by o.connection_id order by h.position) as turn
      from open_lane o
      cross join lateral (
        select id, position, state, next_at from delivery d
        where d.connection_id = o.connection_id and d.lane = o.lane
          and d.state in ('pending', 'dispatched') and (d.is_strict or d.next_at <= now())
        order by position limit 1) h
      where h.state = 'pending' and h.next_at <= now() and not exists (
        select from delivery f
        where f.connection_id = o.connection_id and f.lane = o.lane and f.state = 'dispatched')
    )
    select head.id from head left join in_flight using (connection_id)
    where head.turn + coalesce(in_flight.count, 0) <= ${perConnection}
    order by head.turn, head.position limit ${limit}`;
}
