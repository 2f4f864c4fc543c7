import { begin, countsOf, end, EtlFixture, many, persons, records } from './etl-fixture.ts';

describe('frames in PostgreSQL', () => {
  let etl: EtlFixture;

  beforeAll(async () => {
    etl = await EtlFixture.start();
  });
  afterAll(async () => {
    await etl?.stop();
  });

  it('creates once, is silent when unchanged, and updates what changed', async () => {
    const connection = await etl.connection();
    await connection.send([1, 1, 0], begin);
    expect(countsOf(await connection.send([1, 1, 1], persons(many(300))))).toMatchObject({
      items: 300,
      created: 300,
      unchanged: 0,
    });
    await connection.send([1, 1, 2], end());
    const rowsBefore = await etl.rows('select ctid, xmin from person order by id');
    const eventsBefore = await connection.events();
    const unchanged = await connection.run(2, [persons(many(300))]);
    expect(countsOf(unchanged)).toMatchObject({
      items: 300,
      created: 0,
      updated: 0,
      unchanged: 300,
    });
    expect(await etl.rows('select ctid, xmin from person order by id')).toEqual(rowsBefore);
    expect((await connection.events()).length).toBe(eventsBefore.length + 2); // begin and end of the run alone
    const changed = many(300).map((person) =>
      person.id === 'p7' ? { ...person, name: 'Other "quoted" \\ name' } : person,
    );
    expect(countsOf(await connection.run(3, [persons(changed)]))).toMatchObject({
      created: 0,
      updated: 1,
      unchanged: 299,
    });
    expect(await connection.count('person')).toBe(300);
    const updates = await connection.events('data.PersonUpdated');
    expect(updates).toHaveLength(1);
    expect(updates[0]?.data).toMatchObject({
      entity: { external_id: 'p7', version: 2 },
      person: { display_name: 'Other "quoted" \\ name' },
    });
  });

  it('writes new, changed and unchanged items of one frame', async () => {
    const connection = await etl.connection();
    await connection.run(1, [persons(many(20))]);
    const mixed = [...many(5), ...many(5, 'Changed', 5), ...many(5, 'New', 100)];
    expect(countsOf(await connection.run(2, [persons(mixed)], end(false)))).toMatchObject({
      items: 15,
      created: 5,
      updated: 5,
      unchanged: 5,
    });
    const created = await connection.events('data.PersonCreated');
    expect(new Set(created.map((event) => event.data.entity?.external_id)).size).toBe(25);
    expect(created).toHaveLength(25);
    const rows = await etl.rows<{ id: string; version: number }>(
      `select id, version from person where connection_key = (select key from connection where id = $1)`,
      [connection.id],
    );
    const last = new Map(
      (await connection.events()).flatMap(({ data: { entity } }) =>
        entity === undefined ? [] : [[entity.entity_id, entity.version]],
      ),
    );
    expect(last).toEqual(new Map(rows.map(({ id, version }) => [id, version])));
  });

  it('stores every field of every type, and the raw text as it came', async () => {
    const connection = await etl.connection({
      grants: ['persons', 'messages', 'events', 'documents'].map((table) => `data:write:${table}`),
    });
    const types = {
      person: {
        display_name: 'Ä',
        emails: ['a@b', 'c"\\d'],
        birthday: '1815',
        updated_at: '2026-01-01T00:00:00Z',
      },
      message: {
        subject: 's',
        recipients: ['x', 'y'],
        sent_at: '2026-01-01T00:00:00Z',
        odd: { k: [1] },
      },
      calendar_event: { title: 't', all_day: true, attendees: ['a'], starts_at: '2026-01-01' },
      document: { title: 'd', size_bytes: 1.5, authors: [], text: ' x ' },
    };
    const raw = '{"b": 1,  "a": [1e400, "\\u0000", "\\ud800"], "a": 2}';
    const frame = (suffix: string) =>
      records(
        Object.keys(types).map((type) => ({ kind: 'item', type, ids: ['1'] })),
        Object.values(types).map(
          (data) => `${JSON.stringify({ ...data, title: `t${suffix}` })}\t${raw}`,
        ),
      );
    await connection.run(1, [frame('')]);
    expect(countsOf(await connection.run(2, [frame('2')]))).toMatchObject({
      updated: 4,
      unchanged: 0,
    });
    const stored = async (table: string) =>
      (
        await etl.rows<Record<string, unknown>>(
          `select *, raw::text as raw from ${table} where external_id = '1'`,
        )
      )[0];
    expect(await stored('person')).toMatchObject({
      display_name: 'Ä',
      emails: ['a@b', 'c"\\d'],
      birthday: '1815',
      title: 't2',
      version: 2,
      raw,
      source_updated_at: new Date('2026-01-01T00:00:00Z'),
      phones: null,
      attributes: null,
    });
    expect(await stored('message')).toMatchObject({
      recipients: ['x', 'y'],
      attributes: { odd: { k: [1] }, title: 't2' },
    });
    expect(await stored('calendar_event')).toMatchObject({
      all_day: true,
      starts_at: new Date('2026-01-01'),
    });
    expect(await stored('document')).toMatchObject({ size_bytes: 1.5, authors: null, text: ' x ' });
  });

  it('removes items that the plugin says are gone, and lets the last of a repeated id win', async () => {
    const connection = await etl.connection();
    await connection.send([1, 1, 0], begin);
    const list = [{ id: 'a', name: 'first' }, { id: 'a', name: 'last' }, { id: 'b' }];
    expect(countsOf(await connection.send([1, 1, 1], persons(list)))).toMatchObject({
      items: 3,
      created: 2,
      unchanged: 1,
    });
    expect(
      countsOf(
        await connection.send([1, 1, 2], persons([{ id: 'c' }], { gone: ['b', 'c', 'nobody'] })),
      ),
    ).toMatchObject({
      created: 3,
      deleted: 2,
      items: 7,
    });
    const deleted = await connection.events('data.PersonDeleted');
    expect(deleted.map((event) => event.data.entity)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ external_id: 'b', version: 2 }),
        expect.objectContaining({ external_id: 'c', version: 2 }),
      ]),
    );
    const rows = await etl.rows(
      'select display_name from person where connection_key = (select key from connection where id = $1)',
      [connection.id],
    );
    expect(rows).toEqual([{ display_name: 'last' }]);
  });

  it('keeps connections apart that have the same ids', async () => {
    const [one, two] = [await etl.connection(), await etl.connection()];
    await one.run(1, [persons(many(5, 'One'))]);
    await two.run(1, [persons(many(5, 'Two'))]);
    await two.run(2, [persons([{ id: 'p0', name: 'Two 0' }], { gone: ['p1'] })]);
    expect(await one.count('person')).toBe(5);
    expect(await two.count('person')).toBe(1);
    expect(await one.events('data.PersonDeleted')).toEqual([]);
  });

  it('writes all items again when the mapping is new', async () => {
    const connection = await etl.connection();
    await connection.run(1, [persons(many(3))]);
    await connection.change({ generation: 2, mappingVersion: 2 });
    expect(countsOf(await connection.run(2, [persons(many(3))]))).toMatchObject({ updated: 3 });
  });

  it('saves a checkpoint with the items before it, and emits a plugin’s events under the plugin’s name', async () => {
    const connection = await etl.connection();
    await connection.send([1, 1, 0], begin);
    const sections = [
      { kind: 'event', subjects: ['connector.Noticed', 'data.PersonCreated'] },
      { kind: 'checkpoint' },
    ];
    const lines = ['{"what":1}', '[null]', '{"page": 2}'];
    expect(
      countsOf(await connection.send([1, 1, 1], persons(many(3), { sections, lines }))),
    ).toMatchObject({ events: 2 });
    expect(
      await etl.rows(
        'select state, run_id, epoch from checkpoint where connection_key = (select key from connection where id = $1)',
        [connection.id],
      ),
    ).toEqual([{ state: '{"page": 2}', run_id: 'run-1', epoch: '1' }]);
    expect(await connection.events('plugin.com_example_a.connector.Noticed')).toMatchObject([
      {
        data: {
          payload: { what: 1 },
          plugin_id: 'com.example.a',
          connection_id: connection.id,
          subject: 'connector.Noticed',
        },
      },
    ]);
    expect(await connection.events('plugin.com_example_a.data.PersonCreated')).toMatchObject([
      { data: { payload: [null] } },
    ]);
    expect(await connection.events('data.PersonCreated')).toHaveLength(3);
  });

  it('commits all of a frame or nothing when its database connection breaks', async () => {
    const connection = await etl.connection();
    await connection.send([1, 1, 0], begin);
    const sections = [{ kind: 'checkpoint' }];
    const frame = persons(many(50), { sections, lines: ['1'] });
    const blocker = await etl.pool.connect();
    await blocker.query('begin; lock table outbox in access exclusive mode');
    const sent = connection.send([1, 1, 1], frame);
    const failed = expect(sent).rejects.toMatchObject({
      retry: 'later',
      code: 'etl.database_unavailable',
    });
    const administrator = await etl.platform.postgres.connect();
    for (let ended = 0; ended === 0;)
      ended =
        (
          await administrator.query(
            `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'etl-items' and wait_event_type = 'Lock'`,
          )
        ).rowCount ?? 0;
    await failed;
    await blocker.query('rollback');
    blocker.release();
    await administrator.end();
    expect([
      await connection.count('person'),
      await connection.count('checkpoint'),
      await connection.count('seen'),
    ]).toEqual([0, 0, 0]);
    expect(countsOf(await connection.send([1, 1, 1], frame))).toMatchObject({ created: 50 });
    expect(await connection.events('data.PersonCreated')).toHaveLength(50);
  });
});
