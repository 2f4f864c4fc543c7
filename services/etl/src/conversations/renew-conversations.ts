import type { Statement, Session } from '../database/session.ts';
import { EntityEvents, type EntityOwner } from '../entities/entity-event.ts';
import { conversationModel } from '../entities/entity-model.ts';
import { appendMessages } from '../outbox/append-messages.ts';
import { EventBatches } from '../outbox/event-batches.ts';

/** Threads of one transaction. */
const maxThreads = 100;
const maxParticipants = 500;
/** Of a participant or subject: longer ones would make an event that no message can hold. */
const maxText = 320;

/** What becomes of a conversation: nothing changes but its row and its event. */
interface RenewedRow {
  readonly change: 'created' | 'updated' | 'deleted';
  readonly id: string;
  readonly external_id: string;
  readonly version: number;
  readonly connection_id: string;
  readonly space_id: string;
  readonly plugin_id: string;
  readonly json: string;
  readonly caused_by: string;
}

interface ThreadRow {
  readonly connection_key: number;
  readonly thread_key: string;
  /** Rules that have sent a message of it. */
  readonly caused_by: readonly string[];
}

/** A longer thread waits after it was made anew, a second for so many messages: all of them are read each time. */
const restMessages = 5000;
const maxRestSeconds = 120;

const wake: Statement = {
  name: 'wake_threads',
  text: `delete from resting_thread where ctid = any (array(
      select ctid from resting_thread where until <= now() for update skip locked
    ))`,
};
const take: Statement = {
  name: 'take_changed_threads',
  // A thread whose messages are being changed is locked, and waits for that.
  text: `delete from changed_thread where ctid = any (array(
      select c.ctid from changed_thread c
      where not exists (
        select from resting_thread r where r.connection_key = c.connection_key and r.thread_key = c.thread_key
      ) limit ${String(maxThreads)} for update skip locked
    )) returning connection_key, thread_key, caused_by`,
};

const messagesOf = `message m where m.connection_key + 0 = t.connection_key and left(m.thread_id, 512) = t.thread_key
        and m.thread_id is not null`;

const renew: Statement = {
  name: 'renew_conversations',
  text: `with thread as (
      select * from unnest($1::int[], $2::text[], $4::text[]) as t (connection_key, thread_key, caused_by)
    ), made as materialized (
      select t.*, s.message_count, s.first_message_at, s.last_message_at, left(f.subject, ${String(maxText)}) as subject,
        l.channel_type, l.id::text as last_message_id, p.participants
      from thread t
      cross join lateral (
        select count(*)::float8 as message_count, min(m.sent_at) as first_message_at, max(m.sent_at) as last_message_at
        from ${messagesOf}
      ) s
      left join lateral (
        select m.subject from ${messagesOf} and m.subject is not null order by m.sent_at, m.id limit 1
      ) f on true
      left join lateral (
        select m.id, left(m.channel_type, ${String(maxText)}) as channel_type
        from ${messagesOf} order by m.sent_at desc nulls last, m.id desc limit 1
      ) l on true
      cross join lateral (
        select array(
          select distinct left(a.address, ${String(maxText)}) as address
          from ${messagesOf.replace('message m where', 'message m cross join lateral unnest(array_append(m.recipients, m.sender)) as a (address) where')}
            and a.address is not null order by address limit ${String(maxParticipants)}
        ) as participants
      ) p
    ), awaited as (
      delete from awaited_conversation a using thread t
      where a.connection_key = t.connection_key and a.thread_key = t.thread_key
      returning a.connection_key, a.thread_key, a.id
    ), resting as (
      insert into resting_thread (connection_key, thread_key, until)
      select m.connection_key, m.thread_key,
        clock_timestamp() + make_interval(secs => least(m.message_count / ${String(restMessages)}, ${String(maxRestSeconds)}))
      from made m where m.message_count >= ${String(restMessages)}
      on conflict (connection_key, thread_key) do update set until = excluded.until
    ), gone as (
      delete from conversation c using made m
      where c.connection_key = m.connection_key and c.external_id = m.thread_key and m.message_count = 0
      returning c.*
    ), written as (
      insert into conversation as c (id, connection_key, external_id, version, created_at, updated_at, subject, participants,
        channel_type, message_count, first_message_at, last_message_at, last_message_id)
      select coalesce(w.id, gen_random_uuid()), m.connection_key, m.thread_key, 1, $3::timestamptz, $3::timestamptz, m.subject, m.participants,
        m.channel_type, m.message_count, m.first_message_at, m.last_message_at, m.last_message_id
      from made m left join awaited w on w.connection_key = m.connection_key and w.thread_key = m.thread_key
      where m.message_count > 0
      on conflict (connection_key, external_id) do update
      set version = c.version + 1, updated_at = excluded.updated_at, subject = excluded.subject,
        participants = excluded.participants, channel_type = excluded.channel_type,
        message_count = excluded.message_count, first_message_at = excluded.first_message_at,
        last_message_at = excluded.last_message_at, last_message_id = excluded.last_message_id
      where (c.subject, c.participants, c.channel_type, c.message_count, c.first_message_at, c.last_message_at, c.last_message_id)
        is distinct from (excluded.subject, excluded.participants, excluded.channel_type, excluded.message_count,
          excluded.first_message_at, excluded.last_message_at, excluded.last_message_id)
      returning c.*
    ), changed as (
      select 'deleted' as change, gone.* from gone
      union all select case when version = 1 then 'created' else 'updated' end, written.* from written
    )
    select e.change, e.id, e.external_id, e.version, t.caused_by, n.id as connection_id, n.space_id, n.plugin_id,
      json_strip_nulls(json_build_object('subject', e.subject, 'participants', nullif(e.participants, '{}'),
        'channel_type', e.channel_type, 'message_count', e.message_count,
        'first_message_at', to_char(e.first_message_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'last_message_at', to_char(e.last_message_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'last_message_id', e.last_message_id))::text as json
    from changed e join connection n on n.key = e.connection_key
    join thread t on t.connection_key = e.connection_key and t.thread_key = e.external_id order by n.id, e.external_id`,
};

/** Makes the conversations of threads whose messages have changed anew; says how many threads it took. */
export async function renewConversations(session: Session, time: Date): Promise<number> {
  await session.run(wake, []);
  const { rows: threads } = await session.run<ThreadRow>(take, []);
  if (threads.length === 0) return 0;
  const { rows } = await session.run<RenewedRow>(renew, [
    threads.map((thread) => thread.connection_key),
    threads.map((thread) => thread.thread_key),
    time,
    threads.map((thread) => JSON.stringify(thread.caused_by)),
  ]);
  // A message is of one connection, as everywhere: what is erased of one takes nothing of another along.
  for (const ofConnection of Map.groupBy(rows, (row) => row.connection_id).values()) {
    const batches = new EventBatches(time);
    for (const row of ofConnection) tell(batches, row);
    await appendMessages(session, batches.messages());
  }
  return threads.length;
}

function tell(batches: EventBatches, row: RenewedRow): void {
  const owner: EntityOwner = {
    id: row.connection_id,
    spaceId: row.space_id,
    pluginId: row.plugin_id,
  };
  const events = new EntityEvents(batches, owner, textsOf(row.caused_by));
  const { id, external_id: externalId, version } = row;
  if (row.change === 'deleted')
    events.deleted(conversationModel, { id, externalId, version: version + 1 });
  else
    events.written(
      conversationModel,
      row.change === 'created' ? conversationModel.created : conversationModel.updated,
      { id, externalId, version },
      row.json,
    );
}

function textsOf(json: string): string[] {
  const value: unknown = JSON.parse(json);
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
