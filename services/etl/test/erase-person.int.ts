import { create } from '@bufbuild/protobuf';
import { ErasePersonRequestSchema, ExportDataRequestSchema } from '@made-open/contracts';
import { ConnectionStore } from '../src/connections/connection-store.ts';
import { EraseConnection } from '../src/erasure/erase-connection.ts';
import { ErasePerson } from '../src/erasure/erase-person.ts';
import { ErasureConsumer } from '../src/erasure/erasure.consumer.ts';
import { LinkPeople } from '../src/people/link-people.ts';
import { countsOf, EtlFixture, persons, records, type TestConnection } from './etl-fixture.ts';

describe('a person that is erased', () => {
  let etl: EtlFixture;
  let consumer: ErasureConsumer;
  let linker: LinkPeople;

  beforeAll(async () => {
    etl = await EtlFixture.start();
    const nothing = (): void => undefined;
    consumer = new ErasureConsumer(
      new ConnectionStore(etl.pool),
      new EraseConnection(etl.database, nothing),
      new ErasePerson(etl.database, etl.pool, nothing),
      etl.pool,
    );
    linker = new LinkPeople({
      database: etl.database,
      pool: etl.pool,
      onError: nothing,
    });
  });
  afterAll(async () => {
    await etl?.stop();
  });

  const grants = ['persons', 'messages', 'events', 'documents'].map(
    (table) => `data:write:${table}`,
  );
  const ada = (change: object = {}): string =>
    JSON.stringify({
      display_name: 'Ada',
      verified_emails: ['ada@x.org'],
      phones: ['+49301234'],
      ...change,
    });
  const contacts = () =>
    persons([
      { id: 'ada@x.org', data: ada(), raw: '{"secret":"Ada"}' },
      { id: 'bob', name: 'Bob' },
    ]);
  const items = (type: string, rows: readonly (readonly [string, object])[]) =>
    records(
      [{ kind: 'item', type, ids: rows.map(([id]) => id) }],
      rows.map(([, data]) => `${JSON.stringify(data)}\t{}`),
    );

  async function erase(spaceId: string, name: string, withMentions: boolean): Promise<number> {
    const [row] = await etl.rows<{ id: string }>(
      `select e.id from person e join connection c on c.key = e.connection_key
       where c.space_id = $1 and e.external_id = $2`,
      [spaceId, name],
    );
    let erased = 0;
    for (let step = 0; step < 10; step++) {
      const request = { spaceId, personId: row?.id ?? '', withMentions };
      const answer = await consumer.erasePerson(create(ErasePersonRequestSchema, request));
      erased += answer.erased;
      if (answer.done) return erased;
    }
    throw new Error('it does not end');
  }
  const idsOf = (connection: TestConnection, table: string) =>
    etl.rows<{ external_id: string }>(
      `select external_id from ${table} where connection_key = (select key from connection where id = $1) order by 1`,
      [connection.id],
    );

  it('is handed out before with the records of every source', async () => {
    const spaceId = 'exported';
    const one = await etl.connection({ spaceId, grants });
    const two = await etl.connection({ spaceId, grants });
    await one.run(1, [contacts()]);
    await two.run(1, [persons([{ id: 'a2', data: ada({ display_name: 'Ada L.' }) }])]);
    await linker.linkAll();
    const [row] = await etl.rows<{ id: string }>(
      `select e.id from person e join connection c on c.key = e.connection_key
       where c.space_id = $1 and e.external_id = 'a2'`,
      [spaceId],
    );
    const found: string[] = [];
    let cursor = '';
    do {
      const page = await consumer.exportData(
        create(ExportDataRequestSchema, { spaceId, personId: row?.id ?? '', cursor }),
      );
      found.push(...(page.records ?? []).map(({ json = '' }) => json));
      cursor = page.nextCursor ?? '';
    } while (cursor !== '');
    expect(found.map((json) => JSON.parse(json) as object)).toMatchObject([
      {
        external_id: 'ada@x.org',
        connection_id: one.id,
        linked_by: 'email',
        data: { display_name: 'Ada' },
        raw: { secret: 'Ada' },
      },
      { external_id: 'a2', connection_id: two.id, data: { display_name: 'Ada L.' } },
    ]);
    const elsewhere = { spaceId: 'else', personId: row?.id ?? '' };
    expect(await consumer.exportData(create(ExportDataRequestSchema, elsewhere))).toEqual({
      records: [],
      nextCursor: '',
    });
  });

  it('is gone from every source, and does not come back', async () => {
    const spaceId = 'erased';
    const [one, two] = [
      await etl.connection({ spaceId, grants }),
      await etl.connection({ spaceId, grants }),
    ];
    await one.run(1, [contacts()]);
    await two.run(1, [persons([{ id: 'a2', data: ada({ display_name: 'Ada L.' }) }])]);
    await linker.linkAll();
    expect(await erase(spaceId, 'a2', false)).toBe(2);
    expect(await idsOf(one, 'person')).toEqual([{ external_id: 'bob' }]);
    expect(await idsOf(two, 'person')).toEqual([]);
    expect(
      await etl.rows('select * from person_identifier where space_id = $1', [spaceId]),
    ).toEqual([]);
    expect(await one.events('data.PersonDeleted')).toHaveLength(1);
    expect(await two.events('data.PersonDeleted')).toHaveLength(1);
    expect(countsOf(await one.run(2, [contacts()]))).toMatchObject({
      created: 0,
      unchanged: 2,
      deleted: 0,
    });
    const bad = persons([
      { id: 'ada@x.org', name: 5 },
      { id: 'bob', name: 'Bob' },
    ]);
    expect(countsOf(await one.run(3, [bad]))).toMatchObject({ created: 0, quarantined: 0 });
    expect(await one.quarantine()).toEqual([]);
    const kept = JSON.stringify(await etl.rows('select * from erased_item'));
    expect(kept).not.toContain('ada');
  });

  it('takes along what names an address of it, when that is wanted', async () => {
    const spaceId = 'mentioned';
    const connection = await etl.connection({ spaceId, grants });
    const ours = { recipients: ['Bob@x', 'ADA@x.org'] };
    await connection.run(1, [
      contacts(),
      items('message', [
        ['m1', { sender: 'ada@x.org' }],
        ['m2', ours],
        ['m3', { participants: [{ role: 'cc', address: 'Ada@X.org' }] }],
        ['m4', { sender: 'bob@x' }],
      ]),
      items('calendar_event', [
        ['e1', { attendees: ['ada@x.org'] }],
        ['e2', { attendee_details: [{ email: 'ada@x.org' }] }],
        ['e3', { organizer: 'bob@x' }],
      ]),
      items('document', [
        ['d1', { authors: ['ada@x.org'] }],
        ['d2', { authors: ['bob@x'] }],
      ]),
    ]);
    expect(await erase(spaceId, 'ada@x.org', true)).toBe(7);
    const left = await Promise.all(
      ['person', 'message', 'calendar_event', 'document'].map((table) => idsOf(connection, table)),
    );
    expect(left.flat().map((row) => row.external_id)).toEqual(['bob', 'm4', 'e3', 'd2']);
    expect(await connection.events('data.MessageDeleted')).toHaveLength(3);
    expect(
      countsOf(
        await connection.run(2, [
          contacts(),
          items('message', [
            ['m2', ours],
            ['m4', { sender: 'bob@x' }],
          ]),
        ]),
      ),
    ).toMatchObject({ created: 0 });
  });

  it('is taken out of messages that were refused, and others stay in them', async () => {
    const spaceId = 'refused';
    const connection = await etl.connection({ spaceId, grants });
    await connection.run(1, [contacts()]);
    await etl.rows(`insert into outbox_refused (id, subject, payload, reason, created_at)
      select id, subject, payload, 'x', created_at from outbox`);
    await erase(spaceId, 'ada@x.org', false);
    const left = await etl.rows<{ payload: string }>(
      `select payload from outbox_refused where payload like $1 and subject = 'data.PersonCreated'`,
      [`%"${connection.id}"%`],
    );
    expect(left).toHaveLength(1);
    expect(left[0]?.payload).toContain('"Bob"');
    expect(left[0]?.payload).not.toContain('Ada');
  });

  it('is not found in another space', async () => {
    const connection = await etl.connection({ spaceId: 'mine', grants });
    await connection.run(1, [contacts()]);
    const [row] = await etl.rows<{ id: string }>(
      `select e.id from person e join connection c on c.key = e.connection_key where c.id = $1 and external_id = 'bob'`,
      [connection.id],
    );
    const request = { spaceId: 'yours', personId: row?.id ?? '', withMentions: true };
    expect(await consumer.erasePerson(create(ErasePersonRequestSchema, request))).toEqual({
      done: true,
      erased: 0,
    });
    expect(await connection.count('person')).toBe(2);
  });
});
