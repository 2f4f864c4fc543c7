import { create } from '@bufbuild/protobuf';
import { EraseConnectionRequestSchema, ExportDataRequestSchema } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { ConnectionStore } from '../../src/connections/connection-store.ts';
import { KeepConversations } from '../../src/conversations/keep-conversations.ts';
import { EraseConnection } from '../../src/erasure/erase-connection.ts';
import { ErasePerson } from '../../src/erasure/erase-person.ts';
import { ExportSources } from '../../src/export/export-data.ts';
import { ErasureConsumer } from '../../src/erasure/erasure.consumer.ts';
import { end, EtlFixture, many, persons, records, type TestConnection } from '../etl-fixture.ts';

describe('the data of a connection', () => {
  let etl: EtlFixture;
  let consumer: ErasureConsumer;

  beforeAll(async () => {
    etl = await EtlFixture.start();
    consumer = new ErasureConsumer(
      new ConnectionStore(etl.pool),
      new EraseConnection(etl.database, etl.files, () => undefined),
      new ErasePerson({
        database: etl.database,
        pool: etl.pool,
        files: etl.files,
        onCommitted: () => undefined,
      }),
      new ExportSources(etl.pool, etl.objects),
    );
  });
  afterAll(async () => {
    await etl?.stop();
  });

  const erase = ({ id }: TestConnection) =>
    consumer.eraseConnection(create(EraseConnectionRequestSchema, { connectionId: id }));

  async function exported({ id }: TestConnection) {
    const found: { kind: string; json: Record<string, unknown> }[] = [];
    let pages = 0;
    for (let cursor = ''; pages === 0 || cursor !== ''; pages++) {
      const page = await consumer.exportData(
        create(ExportDataRequestSchema, { connectionId: id, cursor }),
      );
      expect(JSON.stringify(page).length).toBeLessThan(900 * 1024);
      for (const { kind = '', json = '' } of page.records ?? [])
        found.push({ kind, json: JSON.parse(json) as Record<string, unknown> });
      cursor = page.nextCursor ?? '';
    }
    return { found, pages };
  }

  it('waits until etl has heard of what the connection became', async () => {
    const connection = await etl.connection();
    const of = (generation: number) =>
      consumer.eraseConnection(
        create(EraseConnectionRequestSchema, { connectionId: connection.id, generation }),
      );
    await expect(of(99)).rejects.toMatchObject({ retry: 'later' });
    const notHeardOf = create(EraseConnectionRequestSchema, { connectionId: 'new', generation: 2 });
    await expect(consumer.eraseConnection(notHeardOf)).rejects.toMatchObject({
      code: 'etl.unknown_connection',
      retry: 'later',
    });
    await connection.change({ generation: 99 });
    expect(await of(99)).toEqual({ done: true, erased: 0 });
  });

  const checkpoint = records([{ kind: 'checkpoint' }], ['{"state":{"page":7}}']);

  it('leaves in pages: entities with raw as it came, quarantine, checkpoints', async () => {
    const connection = await etl.connection({
      grants: ['data:write:persons', 'data:write:documents'],
    });
    const text = 'ä"\\'.repeat(20_000);
    const documents = (from: number) =>
      records(
        [{ kind: 'item', type: 'document', ids: [`d${from}`, `d${from + 1}`] }],
        [0, 1].map(() => `${JSON.stringify({ text })}\t{"n":1.0}`),
      );
    await connection.run(
      1,
      [
        persons([
          { id: 'a', name: 'Ada', raw: '{"big":12345678901234567890}' },
          { id: 'bad', name: 5 },
        ]),
        ...[0, 2, 4, 6].map(documents),
        persons(many(450, 'Person', 1000)),
        checkpoint,
      ],
      end(false),
    );
    const { found, pages } = await exported(connection);
    expect(pages).toBeGreaterThan(6);
    const count = (kind: string): number => found.filter((record) => record.kind === kind).length;
    expect(['person', 'document', 'quarantine', 'checkpoint'].map(count)).toEqual([451, 8, 1, 1]);
    expect(found.find(({ json }) => json['external_id'] === 'a')?.json).toMatchObject({
      version: 1,
      data: { display_name: 'Ada' },
    });
    expect(found.find(({ kind }) => kind === 'quarantine')?.json).toMatchObject({
      external_id: 'bad',
      record: '{"display_name":5}\t{}',
    });
    expect(found.at(-1)?.json).toMatchObject({ epoch: 1, state: { state: { page: 7 } } });
    const [page] =
      (await consumer.exportData(create(ExportDataRequestSchema, { connectionId: connection.id })))
        .records ?? [];
    expect(page?.json).toContain('"raw":{"big":12345678901234567890}');
    const wrong = [
      [0, '\0'],
      [0],
      [99, ''],
      [5, 'x'],
      [6, 'x'],
      [6, '9'.repeat(30)],
      [-1, ''],
      [0.5, ''],
    ];
    for (const cursor of ['x', ...wrong.map((place) => JSON.stringify(place))])
      await expect(
        consumer.exportData(
          create(ExportDataRequestSchema, {
            connectionId: connection.id,
            cursor: Buffer.from(cursor).toString('base64url'),
          }),
        ),
      ).rejects.toMatchObject({ code: 'etl.invalid_request' });
  });

  it('leaves with the conversations that were made of it', async () => {
    const connection = await etl.connection({ grants: ['data:write:messages'] });
    const mails = records(
      [{ kind: 'item', type: 'message', ids: ['m1', 'm2'] }],
      ['Plan', 'Re: Plan'].map(
        (subject) => `${JSON.stringify({ thread_id: 't', subject, sender: 'a@x' })}\t{}`,
      ),
    );
    await connection.run(1, [mails]);
    await new KeepConversations({
      database: etl.database,
      pool: etl.pool,
      onCommitted: () => undefined,
      onError: () => undefined,
    }).renewAll();
    const { found } = await exported(connection);
    expect(found.map(({ kind }) => kind)).toEqual(['message', 'message', 'conversation']);
    expect(found.at(-1)?.json).toMatchObject({
      external_id: 't',
      version: 1,
      data: { participants: ['a@x'], message_count: 2 },
    });
    expect(found.at(-1)?.json).not.toHaveProperty('raw');
  });

  it('goes step by step, with an event for each entity, and leaves no trace', async () => {
    const connection = await etl.connection();
    const other = await etl.connection();
    await other.run(1, [persons([{ id: 'kept', name: 'Kept' }])]);
    for (let frame = 0; frame < 5; frame++)
      await connection.run(
        frame + 1,
        [persons([...many(490, 'Secret', frame * 490), { id: 'bad', name: 5 }]), checkpoint],
        end(false),
      );
    await etl.rows(`insert into outbox_refused (id, subject, payload, reason, created_at)
      select id, subject, payload, 'x', created_at from outbox`);
    const steps: object[] = [];
    for (let done = false; !done && steps.length < 10;) {
      const step = await erase(connection);
      steps.push(step);
      done = step.done;
    }
    expect(steps).toEqual([
      { done: false, erased: 2000 },
      { done: true, erased: 450 },
    ]);
    for (const table of [
      'person',
      'quarantine',
      'checkpoint',
      'checkpoint_history',
      'seen',
      'sweep',
    ])
      expect([table, await connection.count(table)]).toEqual([table, 0]);
    expect(await connection.events('data.PersonDeleted')).toHaveLength(2450);
    const left = await etl.rows<{ n: number }>(
      `select count(*)::int as n from (select payload from outbox union all select payload from outbox_refused) o
       where payload like '%Secret%'`,
    );
    expect(left).toEqual([{ n: 0 }]);
    expect(await other.count('person')).toBe(1);
    expect(await other.events('data.PersonCreated')).toHaveLength(1);
    expect(await erase(connection)).toEqual({ done: true, erased: 0 });
    expect((await exported(connection)).found).toEqual([]);
  });

  it('is taken out of messages that tell of other connections, too', async () => {
    const connection = await etl.connection();
    const other = await etl.connection();
    const told = (id: string, name: string) => ({
      data: { entity: { entity_id: name, connection_id: id }, person: { display_name: name } },
    });
    const emitted = { data: { connection_id: connection.id, payload: { text: 'Secret' } } };
    const kept = {
      data: { ...told(other.id, 'Kept').data, note: { connection_id: connection.id } },
    };
    const rows = [
      ['data.PersonCreated', [told(connection.id, 'Secret'), kept, told(connection.id, 'Secret')]],
      ['data.PersonUpdated', [kept]],
      ['plugin.com_example_a.note', [emitted]],
      ['connector.RunRecorded', [{ data: { connection_id: connection.id } }]],
    ] as const;
    await etl.rows('delete from outbox');
    await etl.rows(
      `insert into outbox (subject, payload) select * from unnest($1::text[], $2::text[])`,
      [rows.map(([subject]) => subject), rows.map(([, events]) => JSON.stringify(events))],
    );
    expect(await erase(connection)).toEqual({ done: true, erased: 0 });
    const left = await etl.rows<{ payload: string }>('select payload from outbox order by id');
    expect(left.map(({ payload }) => JSON.parse(payload) as object)).toEqual([
      [kept],
      [kept],
      [{ data: { connection_id: connection.id } }],
    ]);
  });

  it('is not taken for gone while conversations of it are removed beside', async () => {
    const connection = await etl.connection({ grants: ['data:write:messages'] });
    const key = `(select key from connection where id = '${connection.id}')`;
    await etl.rows(`insert into conversation (id, connection_key, external_id, version, created_at, updated_at)
      select gen_random_uuid(), ${key}, 't' || n, 1, now(), now() from generate_series(1, 2100) n`);
    const keeper = await etl.pool.connect();
    try {
      await keeper.query('begin');
      await keeper.query(
        `delete from conversation where connection_key = ${key} and external_id = 't1'`,
      );
      const erasing = erase(connection);
      await eventually(async () =>
        expect(await etl.rows('select from pg_locks where not granted')).toHaveLength(1),
      );
      await keeper.query('commit');
      expect(await erasing).toEqual({ done: false, erased: 1999 });
    } finally {
      keeper.release();
    }
    expect(await erase(connection)).toEqual({ done: true, erased: 100 });
    expect(await connection.count('conversation')).toBe(0);
  });

  it('is whole again after the next run when the connection stays', async () => {
    const connection = await etl.connection();
    await connection.run(1, [persons(many(3)), checkpoint], end(false));
    await erase(connection);
    await connection.run(2, [persons(many(3))]);
    expect(await connection.count('person')).toBe(3);
    expect(await connection.events('data.PersonCreated')).toHaveLength(3);
  });
});
