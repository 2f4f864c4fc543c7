import { sql, type RawBuilder } from 'kysely';
import { maxAgeMs } from '../sending/decide.ts';
import { sendingPerConnection } from './outbound-store.ts';

/**
 * What has to be looked at now. One step of the index for each connection that has something queued, however much that is; of
 * those that are paused or not set up nothing but what has waited too long. Of what goes to the same receiver only the oldest:
 * the others wait for it, and each of them costs a step. Of what is sent only faxes are looked at again.
 */
export function dueOutbound(limit: number): RawBuilder<{ id: string }> {
  return sql<{ id: string }>`
    with recursive waiting as (
      (select connection_id from outbound where state = 'queued' order by connection_id limit 1)
      union all
      select (select o.connection_id from outbound o
        where o.state = 'queued' and o.connection_id > w.connection_id
        order by o.connection_id limit 1)
      from waiting w where w.connection_id is not null
    ), ready as (
      select o.id, o.wake_at from waiting w left join connection c on c.id = w.connection_id
      cross join lateral (
        select id, wake_at from outbound q
        where connection_id = w.connection_id and state = 'queued' and wake_at <= now() and position = (
          select position from outbound head
          where head.connection_id = q.connection_id and head.lane = q.lane and head.state in ('queued', 'sending')
          order by position limit 1)
        order by wake_at, position
        limit greatest(0, ${sendingPerConnection} - (
          select count(*) from outbound s
          where s.connection_id = w.connection_id and s.state = 'sending'))
      ) o where w.connection_id is not null and coalesce(c.state, 'deleted') in ('active', 'deleted')
      union all
      (select o.id, o.wake_at from outbound o join connection c on c.id = o.connection_id
      where o.state = 'queued' and o.created_at <= now() - ${maxAgeMs} * interval '1 millisecond'
        and o.wake_at <= now() and c.state in ('paused', 'inactive')
      order by o.created_at limit ${limit})
      union all
      (select id, wake_at from outbound where state = 'sending' and wake_at <= now()
      order by wake_at limit ${limit})
      union all
      (select id, wake_at from outbound where state = 'sent' and wake_at <= now()
      order by wake_at limit ${limit})
    ) select id from ready order by wake_at limit ${limit}`;
}
