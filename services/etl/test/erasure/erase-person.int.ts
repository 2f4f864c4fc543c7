import { create } from '@bufbuild/protobuf';
import {
  ConnectionState,
  ErasePersonRequestSchema,
  ExportDataRequestSchema,
} from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { ConnectionStore } from '../../src/connections/connection-store.ts';
import { ReplayQuarantine } from '../../src/quarantine/replay-quarantine.ts';
import { ada, AdaFixture, contacts } from '../ada-fixture.ts';
import { countsOf, persons } from '../etl-fixture.ts';

const waiting = `select pid from pg_stat_activity
  where datname = current_database() and wait_event_type = 'Lock'`;
const endWaiting = `select pg_terminate_backend(w.pid) from (${waiting}) w`;

describe('a person that is erased', () => {
  let fixture: AdaFixture;

  beforeAll(async () => {
    fixture = await AdaFixture.start();
  });
  afterAll(async () => {
    await fixture?.etl.stop();
  });

  it('is handed out before with the records of every source', async () => {
    const spaceId = 'exported';
    const one = await fixture.connection(spaceId);
    const two = await fixture.connection(spaceId);
    await one.run(1, [contacts()]);
    await two.run(1, [persons([{ id: 'a2', data: ada({ display_name: 'Ada L.' }) }])]);
    await fixture.linker.linkAll();
    const [row] = await fixture.etl.rows<{ id: string }>(
      `select e.id from person e join connection c on c.key = e.connection_key
       where c.space_id = $1 and e.external_id = 'a2'`,
      [spaceId],
    );
    const found: string[] = [];
    let cursor = '';
    do {
      const page = await fixture.consumer.exportData(
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
    expect(await fixture.consumer.exportData(create(ExportDataRequestSchema, elsewhere))).toEqual({
      records: [],
      nextCursor: '',
    });
  });

  it('is gone from every source, and does not come back', async () => {
    const spaceId = 'erased';
    const [one, two] = [await fixture.connection(spaceId), await fixture.connection(spaceId)];
    await one.run(1, [contacts()]);
    await two.run(1, [persons([{ id: 'a2', data: ada({ display_name: 'Ada L.' }) }])]);
    await fixture.linker.linkAll();
    expect(await fixture.erase(spaceId, 'a2', false)).toBe(2);
    expect(await fixture.idsOf(one, 'person')).toEqual(['bob']);
    expect(await fixture.idsOf(two, 'person')).toEqual([]);
    expect(
      await fixture.etl.rows('select * from person_identifier where space_id = $1', [spaceId]),
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
    const kept = JSON.stringify(await fixture.etl.rows('select * from erased_item'));
    expect(kept).not.toContain('ada');
  });

  it('is taken out of messages that were refused, and others stay in them', async () => {
    const spaceId = 'refused';
    const connection = await fixture.connection(spaceId);
    await connection.run(1, [contacts()]);
    await fixture.etl.rows(`insert into outbox_refused (id, subject, payload, reason, created_at)
      select id, subject, payload, 'x', created_at from outbox`);
    await fixture.erase(spaceId, 'ada@x.org', false);
    const left = await fixture.etl.rows<{ payload: string }>(
      `select payload from outbox_refused where payload like $1 and subject = 'data.PersonCreated'`,
      [`%"${connection.id}"%`],
    );
    expect(left).toHaveLength(1);
    expect(left[0]?.payload).toContain('"Bob"');
    expect(left[0]?.payload).not.toContain('Ada');
  });

  it('goes with all its records, however many', async () => {
    const spaceId = 'many';
    const connection = await fixture.connection(spaceId);
    const list = Array.from({ length: 7 }, (_, index) => ({ id: `a${index}`, data: ada() }));
    await connection.run(1, [persons(list)]);
    await fixture.linker.linkAll();
    const personId = await fixture.entityOf(spaceId, 'a3');
    const request = create(ErasePersonRequestSchema, { spaceId, personId, withMentions: false });
    expect(await fixture.consumer.erasePerson(request)).toEqual({ done: true, erased: 7 });
    expect(await connection.count('person')).toBe(0);
  });

  it('stays as a whole when the erasure breaks off in between, and goes as a whole when it is asked for again', async () => {
    const spaceId = 'broken off';
    const [one, two] = [await fixture.connection(spaceId), await fixture.connection(spaceId)];
    await one.run(1, [contacts()]);
    await two.run(1, [persons([{ id: 'a2', data: ada() }])]);
    await fixture.linker.linkAll();
    const personId = await fixture.entityOf(spaceId, 'ada@x.org');
    const request = create(ErasePersonRequestSchema, { spaceId, personId, withMentions: false });
    await fixture.whileWritten(two, async () => {
      const broken = expect(fixture.consumer.erasePerson(request)).rejects.toMatchObject({
        code: 'etl.database_unavailable',
      });
      await eventually(async () => expect(await fixture.etl.rows(endWaiting)).toHaveLength(1));
      await broken;
    });
    await fixture.linker.linkAll();
    expect(await fixture.idsOf(one, 'person')).toEqual(['ada@x.org', 'bob']);
    expect(await fixture.idsOf(two, 'person')).toEqual(['a2']);
    expect(await fixture.consumer.erasePerson(request)).toEqual({ done: true, erased: 2 });
    expect(await fixture.idsOf(two, 'person')).toEqual([]);
  });

  it('is not done while a record that was linked in the meantime is there', async () => {
    const spaceId = 'joined';
    const [one, two] = [await fixture.connection(spaceId), await fixture.connection(spaceId)];
    await one.run(1, [contacts()]);
    const personId = await fixture.entityOf(spaceId, 'ada@x.org');
    const request = create(ErasePersonRequestSchema, { spaceId, personId, withMentions: false });
    const answer = await fixture.whileWritten(one, async () => {
      const erased = fixture.consumer.erasePerson(request);
      await eventually(async () => expect(await fixture.etl.rows(waiting)).toHaveLength(1));
      await two.run(1, [persons([{ id: 'a2', data: ada() }])]);
      await fixture.linker.linkAll();
      // Not as a promise, which would be waited for.
      return { erased };
    });
    expect(await answer.erased).toEqual({ done: false, erased: 0 });
    expect(await fixture.consumer.erasePerson(request)).toEqual({ done: true, erased: 2 });
    expect(await fixture.idsOf(two, 'person')).toEqual([]);
  });

  it('does not come back from quarantine, and is forgotten with its connection', async () => {
    const connection = await fixture.connection('quarantined');
    await connection.run(1, [contacts()]);
    await fixture.erase('quarantined', 'ada@x.org', false);
    const key = '(select key from connection where id = $1)';
    await fixture.etl.rows(
      `insert into quarantine (id, connection_key, run_id, type, external_id, reason, hash, record, size_bytes)
       values (gen_random_uuid(), ${key}, 'r', 'person', 'ada@x.org', 'x', 1, $2, 1)`,
      [connection.id, Buffer.from(`${ada()}\t{}`)],
    );
    const known = await new ConnectionStore(fixture.etl.pool).find(connection.id);
    const replays = new ReplayQuarantine(fixture.etl.database, () => undefined);
    await replays.replay(known, { ids: [], cursor: '' });
    expect(await fixture.idsOf(connection, 'person')).toEqual(['bob']);
    expect(await connection.quarantine()).toEqual([]);
    expect(await connection.count('erased_item')).toBe(1);
    await connection.change({ generation: 2, state: ConnectionState.DELETED });
    expect(await connection.count('erased_item')).toBe(0);
  });

  it('is not found in another space', async () => {
    const connection = await fixture.connection('mine');
    await connection.run(1, [contacts()]);
    const [row] = await fixture.etl.rows<{ id: string }>(
      `select e.id from person e join connection c on c.key = e.connection_key where c.id = $1 and external_id = 'bob'`,
      [connection.id],
    );
    const request = { spaceId: 'yours', personId: row?.id ?? '', withMentions: true };
    expect(await fixture.consumer.erasePerson(create(ErasePersonRequestSchema, request))).toEqual({
      done: true,
      erased: 0,
    });
    expect(await connection.count('person')).toBe(2);
  });
});
