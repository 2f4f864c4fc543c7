import { KeepConversations } from '../src/conversations/keep-conversations.ts';
import { EraseConnection } from '../src/erasure/erase-connection.ts';
import { conversationModel, entityModels } from '../src/entities/entity-model.ts';
import { EntityReader } from '../src/entities/entity-reader.ts';
import { ConnectionStore } from '../src/connections/connection-store.ts';
import {
  begin,
  end,
  EtlFixture,
  records,
  type Content,
  type TestConnection,
} from './etl-fixture.ts';

interface TestMessage {
  readonly id: string;
  readonly thread?: string;
  readonly subject?: string;
  readonly from?: string;
  readonly to?: string[];
  readonly at?: string;
}

const messages = (list: readonly TestMessage[], gone: string[] = []): Content =>
  records(
    [
      { kind: 'item', type: 'message', ids: list.map(({ id }) => id) },
      { kind: 'delete', type: 'message', ids: gone },
    ],
    list.map(
      ({ thread, subject, from, to, at }) =>
        `${JSON.stringify({ thread_id: thread, subject, sender: from, recipients: to, sent_at: at, channel_type: 'email' })}\t{}`,
    ),
  );

describe('conversations', () => {
  let etl: EtlFixture;
  let keeper: KeepConversations;
  let reader: EntityReader;
  let spaces = 0;

  beforeAll(async () => {
    etl = await EtlFixture.start();
    reader = new EntityReader(etl.pool);
    keeper = new KeepConversations({
      database: etl.database,
      pool: etl.pool,
      onCommitted: () => undefined,
      onError: (error) => {
        throw error;
      },
    });
  });
  afterAll(async () => {
    await etl?.stop();
  });

  async function connected(): Promise<{ connection: TestConnection; spaceId: string }> {
    const spaceId = `talk-${String(++spaces)}`;
    const connection = await etl.connection({ spaceId, grants: ['data:write:messages'] });
    return { connection, spaceId };
  }
  async function conversations(spaceId: string) {
    await keeper.renewAll();
    const query = { spaceId, limit: 50, orderBy: 'last_message_at', descending: true };
    const { entities } = await reader.list(conversationModel, query);
    return entities.map(({ origin, fields }) => ({
      thread: origin?.externalId,
      version: origin?.version,
      ...fields,
    }));
  }

  it('are made of the messages of a thread, the last talk first', async () => {
    const { connection, spaceId } = await connected();
    await connection.run(1, [
      messages([
        {
          id: 'm1',
          thread: 't1',
          subject: 'Plan',
          from: 'a@x',
          to: ['b@x'],
          at: '2026-01-01T10:00:00Z',
        },
        {
          id: 'm2',
          thread: 't1',
          subject: 'Re: Plan',
          from: 'b@x',
          to: ['a@x', 'c@x'],
          at: '2026-01-02T10:00:00Z',
        },
        { id: 'm3', thread: 't2', from: 'd@x', at: '2026-02-01T10:00:00Z' },
        { id: 'm4', subject: 'alone' },
      ]),
    ]);
    const found = await conversations(spaceId);
    expect(found).toMatchObject([
      { thread: 't2', version: 1, message_count: 1, participants: ['d@x'] },
      {
        thread: 't1',
        version: 1,
        subject: 'Plan',
        participants: ['a@x', 'b@x', 'c@x'],
        channel_type: 'email',
        message_count: 2,
        first_message_at: '2026-01-01T10:00:00.000Z',
        last_message_at: '2026-01-02T10:00:00.000Z',
      },
    ]);
    const [last] = (
      await reader.list(entityModels.message, {
        spaceId,
        limit: 1,
        where: { thread_id: 't1' },
        orderBy: 'sent_at',
        descending: true,
      })
    ).entities;
    expect(found[1]).toMatchObject({ last_message_id: last?.origin?.entityId });
    const created = await connection.events('data.ConversationCreated');
    expect(created).toHaveLength(2);
    expect(JSON.stringify(created)).toContain('"participants":["a@x","b@x","c@x"]');
  });

  it('follow messages that come, change, move to another thread, and go', async () => {
    const { connection, spaceId } = await connected();
    await connection.run(1, [
      messages([
        { id: 'm1', thread: 'old' },
        { id: 'm2', thread: 'old' },
      ]),
    ]);
    expect(await conversations(spaceId)).toMatchObject([{ thread: 'old', message_count: 2 }]);
    await connection.send([2, 1, 0], begin);
    await connection.send([2, 1, 1], messages([{ id: 'm2', thread: 'new' }]));
    await connection.send([2, 1, 2], messages([{ id: 'm3', thread: 'new' }], ['m1']));
    await connection.send([2, 1, 3], end(false));
    expect(await conversations(spaceId)).toMatchObject([
      { thread: 'new', version: 1, message_count: 2 },
    ]);
    expect(await connection.events('data.ConversationDeleted')).toMatchObject([
      { data: { entity: { external_id: 'old', version: 2 } } },
    ]);
    await connection.run(3, [
      messages([
        { id: 'm2', thread: 'new', subject: 'now' },
        { id: 'm3', thread: 'new' },
      ]),
    ]);
    expect(await conversations(spaceId)).toMatchObject([{ version: 2, subject: 'now' }]);
    expect(await connection.events('data.ConversationUpdated')).toHaveLength(1);
  });

  it('do not change when nothing of them does', async () => {
    const { connection, spaceId } = await connected();
    await connection.run(1, [messages([{ id: 'm1', thread: 't', subject: 's' }])]);
    await conversations(spaceId);
    await connection.run(2, [
      records(
        [{ kind: 'item', type: 'message', ids: ['m1'] }],
        ['{"thread_id":"t","subject":"s","channel_type":"email","body":"other"}\t{}'],
      ),
    ]);
    expect(await conversations(spaceId)).toMatchObject([{ version: 1 }]);
    expect(await connection.events('data.ConversationUpdated')).toEqual([]);
  });

  it('take threads with ids of any length, and nobody of one connection for one of another', async () => {
    const { connection, spaceId } = await connected();
    const other = await etl.connection({ spaceId, grants: ['data:write:messages'] });
    const long = 'ä'.repeat(5000);
    await connection.run(1, [messages([{ id: 'm1', thread: long }])]);
    await other.run(1, [
      messages([
        { id: 'm1', thread: long },
        { id: 'm2', thread: long },
      ]),
    ]);
    expect(
      (await conversations(spaceId)).map((talk) => [talk.thread?.length, 'message_count' in talk]),
    ).toEqual([
      [512, true],
      [512, true],
    ]);
  });

  it('rest when they are long, and miss nothing by that', async () => {
    const { connection, spaceId } = await connected();
    const write = (from: number, to: number) =>
      etl.rows(
        `insert into message (id, connection_key, external_id, version, hash, raw, created_at, updated_at, thread_id)
         select gen_random_uuid(), key, 'm' || n, 1, 1, '{}', now(), now(), 'long'
         from connection, generate_series($2::int, $3::int) n where id = $1`,
        [connection.id, from, to],
      );
    // However slow the machine is, it rests until the test wakes it.
    await etl.rows(`create function rest_long() returns trigger language plpgsql as $$
      begin new.until := now() + interval '1 hour'; return new; end $$`);
    await etl.rows(
      'create trigger rest_long before insert on resting_thread for each row execute function rest_long()',
    );
    await write(1, 5000);
    expect(await conversations(spaceId)).toMatchObject([{ message_count: 5000 }]);
    await write(5001, 5001);
    await connection.run(1, [messages([{ id: 'other', thread: 'short' }])]);
    const resting = await conversations(spaceId);
    expect(new Set(resting.map((talk) => 'message_count' in talk && talk.message_count))).toEqual(
      new Set([5000, 1]),
    );
    await etl.rows('drop trigger rest_long on resting_thread');
    await etl.rows('update resting_thread set until = now()');
    const awake = await conversations(spaceId);
    expect(new Set(awake.map((talk) => 'message_count' in talk && talk.message_count))).toEqual(
      new Set([5001, 1]),
    );
  });

  it('wait for a frame that is being written, and miss nothing of it', async () => {
    const { connection, spaceId } = await connected();
    await connection.run(1, [messages([{ id: 'm1', thread: 't' }])]);
    const writer = await etl.pool.connect();
    try {
      await writer.query('begin');
      await writer.query(
        `insert into message (id, connection_key, external_id, version, hash, raw, created_at, updated_at, thread_id)
         select gen_random_uuid(), key, 'm2', 1, 1, '{}', now(), now(), 't' from connection where id = $1`,
        [connection.id],
      );
      expect(await conversations(spaceId)).toEqual([]);
      await writer.query('commit');
    } finally {
      writer.release();
    }
    expect(await conversations(spaceId)).toMatchObject([{ message_count: 2 }]);
  });

  it('go with the data of their connection', async () => {
    const { connection, spaceId } = await connected();
    await connection.run(1, [messages([{ id: 'm1', thread: 't' }])]);
    await conversations(spaceId);
    const known = await new ConnectionStore(etl.pool).find(connection.id);
    const erased = await new EraseConnection(etl.database, etl.files, () => undefined).erase(known);
    expect(erased).toEqual({ done: true, erased: 2 });
    expect(await conversations(spaceId)).toEqual([]);
    expect(await connection.events('data.ConversationDeleted')).toHaveLength(1);
  });

  it('of other connections are told of when one is erased before that was published', async () => {
    const { connection, spaceId } = await connected();
    const other = await etl.connection({ spaceId, grants: ['data:write:messages'] });
    for (const each of [connection, other])
      await each.run(1, [messages([{ id: 'm1', thread: 't', subject: `of ${each.id}` }])]);
    await conversations(spaceId);
    const known = await new ConnectionStore(etl.pool).find(connection.id);
    await new EraseConnection(etl.database, etl.files, () => undefined).erase(known);
    expect(await other.events('data.ConversationCreated')).toMatchObject([
      { data: { entity: { external_id: 't' } } },
    ]);
    expect(await connection.events('data.ConversationCreated')).toEqual([]);
  });
});
