import { ConnectionState } from '@made-open/contracts';
import {
  begin,
  countsOf,
  end,
  EtlFixture,
  many,
  persons,
  records,
  type Person,
} from './etl-fixture.ts';

describe('what etl refuses', () => {
  let etl: EtlFixture;

  beforeAll(async () => {
    etl = await EtlFixture.start();
  });
  afterAll(async () => {
    await etl?.stop();
  });

  const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  const hostile: Person[] = [
    { id: 'name', name: ['x'] },
    { id: 'nul', data: '{"display_name":"\\u0000"}' },
    { id: 'surrogate', data: '{"display_name":"\\ud800"}' },
    { id: 'infinite', data: '{"x":1e400}' },
    { id: 'deep', data: `{"x":${deep(65)}}` },
    { id: 'prototype', data: '{"__proto__":{"a":1}}' },
  ];

  it('quarantines hostile items one by one and writes the others', async () => {
    const connection = await etl.connection();
    await connection.send([1, 1, 0], begin);
    const outcome = await connection.send([1, 1, 1], persons([...many(494), ...hostile]));
    expect(countsOf(outcome)).toMatchObject({
      items: 500,
      created: 494,
      quarantined: 6,
      unchanged: 0,
    });
    const kept = await connection.quarantine();
    expect(kept.map((row) => row.external_id)).toEqual(hostile.map(({ id }) => id).toSorted());
    expect(kept.find((row) => row.external_id === 'nul')?.record?.toString()).toBe(
      '{"display_name":"\\u0000"}\t{}',
    );
  });

  it.each<[string, Person | Buffer]>([
    ['raw that is not JSON', { id: 'bad', raw: '{"a":' }],
    ['no raw', { id: 'bad', raw: '' }],
    ['raw with a tab', { id: 'bad', raw: '{}\t{' }],
    ['raw that is too deep for PostgreSQL', { id: 'bad', raw: deep(100_000) }],
    ['raw that is not UTF-8', Buffer.from([0x7b, 0x7d, 0x09, 0x22, 0xff, 0x22])],
  ])('finds the one item of 500 whose statement fails: %s', async (_, bad) => {
    const connection = await etl.connection();
    await connection.run(1, [persons(many(200, 'Old'))]);
    const good = [...many(300), ...many(199, 'New', 1000)];
    const frame = Buffer.isBuffer(bad)
      ? records(
          [{ kind: 'item', type: 'person', ids: [...good.map(({ id }) => id), 'bad'] }],
          [...good.map(({ name }) => `${JSON.stringify({ display_name: name })}\t{}`), bad],
        )
      : persons([...good.slice(0, 250), bad, ...good.slice(250)]);
    expect(countsOf(await connection.run(2, [frame]))).toMatchObject({
      items: 500,
      created: 299,
      updated: 200,
      quarantined: 1,
    });
    expect(await connection.quarantine()).toMatchObject([{ type: 'person', external_id: 'bad' }]);
    expect(await connection.count('person')).toBe(499);
    expect(await connection.events('data.PersonCreated')).toHaveLength(200 + 299);
    expect(await connection.events('data.PersonUpdated')).toHaveLength(200);
  });

  it('keeps the last good version of an item that has become bad, also over a full pass', async () => {
    const connection = await etl.connection();
    await connection.run(1, [persons([{ id: 'a', name: 'Good' }])]);
    await connection.run(2, [persons([{ id: 'a', name: 5 }])]);
    expect(await connection.count('person')).toBe(1);
    expect(await connection.quarantine()).toHaveLength(1);
    const before = await etl.rows('select id, xmin, ctid from quarantine order by id');
    await connection.run(3, [persons([{ id: 'a', name: 5 }])]);
    expect(await etl.rows('select id, xmin, ctid from quarantine order by id')).toEqual(before);
    const outcome = await connection.run(4, [persons([{ id: 'a', name: 'Good' }])]);
    expect(countsOf(outcome)).toMatchObject({ unchanged: 1 });
    expect(await connection.quarantine()).toEqual([]);
  });

  it('quarantines what was not granted and takes the rest of the frame', async () => {
    const connection = await etl.connection({ grants: ['data:write:messages'] });
    await connection.send([1, 1, 0], begin);
    const outcome = await connection.send(
      [1, 1, 1],
      records(
        [
          { kind: 'item', type: 'person', ids: ['a'] },
          { kind: 'item', type: 'message', ids: ['m'] },
          { kind: 'item', type: 'rocket', ids: ['r'] },
          { kind: 'delete', type: 'person', ids: ['b'] },
          { kind: 'event', subjects: ['connector.X', 'not a subject', 'connector.>'] },
        ],
        ['{"display_name":"x"}\t{}', '{"subject":"x"}\t{}', '{}\t{}', '1', '2', '3'],
      ),
    );
    expect(countsOf(outcome)).toMatchObject({ created: 1, quarantined: 5, events: 0 });
    expect((await connection.quarantine()).map(({ type, reason }) => [type, reason])).toEqual([
      ['event', 'the permission event:publish:connector.> is not approved'],
      ['event', 'the permission event:publish:connector.X is not approved'],
      ['event', 'the permission event:publish:not a subject is not approved'],
      ['person', 'the permission data:write:persons is not approved'],
      ['rocket', 'there is no such item type'],
    ]);
    await connection.change({ generation: 2 });
    expect(
      countsOf(await connection.send([1, 1, 2], persons([{ id: 'a', name: 'x' }]))),
    ).toMatchObject({ created: 2 });
  });

  it('quarantines events and checkpoints that are no JSON', async () => {
    const connection = await etl.connection();
    await connection.send([1, 1, 0], begin);
    const sections = [
      { kind: 'event', subjects: ['connector.A', 'connector.B'] },
      { kind: 'checkpoint' },
    ];
    const lines = ['{', '"\\ud800"', 'nope'];
    const outcome = await connection.send([1, 1, 1], persons(many(2), { sections, lines }));
    expect(countsOf(outcome)).toMatchObject({
      created: 2,
      quarantined: 3,
      events: 0,
      unchanged: 0,
    });
    expect((await connection.quarantine()).map(({ type, reason }) => [type, reason])).toEqual([
      ['checkpoint', 'checkpoint is not JSON'],
      ['event', 'payload is not JSON'],
      ['event', 'payload holds half of a surrogate pair (invalid Unicode)'],
    ]);
  });

  it('ends a run as failed and without a sweep when one of its frames could not be read', async () => {
    const connection = await etl.connection();
    await connection.run(1, [persons(many(10))]);
    await connection.send([2, 1, 0], begin);
    const broken = { case: 'records', value: Buffer.from('nonsense\n') } as const;
    expect(await connection.send([2, 1, 1], broken)).toMatchObject({
      settlement: { deadLetter: { code: 'items.frame_format' } },
      answer: { accepted: true },
    });
    await connection.send([2, 1, 2], persons(many(1)));
    await connection.send([2, 1, 3], end(true));
    expect(await connection.count('person')).toBe(10);
    expect((await connection.events('connector.RunRecorded')).at(-1)?.data.end).toMatchObject({
      outcome: 'RUN_OUTCOME_FAILED',
      error: { code: 'items.frame_format' },
    });
    expect(countsOf(await connection.run(3, [persons(many(9))]))).toMatchObject({ deleted: 1 });
  });

  it('goes on behind a frame that cannot be written at all, and lets its run fail', async () => {
    const connection = await etl.connection();
    await etl.rows(`create function refuse() returns trigger language plpgsql as
      $$ begin raise exception 'refused' using errcode = '22023'; end $$`);
    await etl.rows(`create trigger refuse before insert on seen for each row
      when (new.ids @> array['poison']) execute function refuse()`);
    await connection.send([1, 1, 0], begin);
    await connection.send([1, 1, 1], persons(many(3)));
    expect(
      await connection.send([1, 1, 2], persons([{ id: 'poison' }, { id: 'x' }])),
    ).toMatchObject({
      settlement: { deadLetter: { code: 'items.frame_format' } },
      answer: { accepted: true },
    });
    await etl.rows('drop trigger refuse on seen');
    await connection.send([1, 1, 3], persons(many(3, 'Person', 3)));
    await connection.send([1, 1, 4], end());
    expect(await connection.count('person')).toBe(6);
    expect((await connection.events('connector.RunRecorded')).at(-1)?.data.end).toMatchObject({
      outcome: 'RUN_OUTCOME_FAILED',
    });
  });

  it('drops frames for a connection of another plugin, and for one that was deleted', async () => {
    const connection = await etl.connection();
    const refused = { answer: { accepted: false } };
    expect(await connection.send([1, 1, 0], begin, { plugin: 'com_example_b' })).toMatchObject({
      ...refused,
      settlement: { deadLetter: { code: 'etl.forbidden' } },
    });
    await connection.send([1, 1, 0], begin);
    await connection.change({ generation: 3, state: ConnectionState.DELETED });
    await connection.change({ generation: 2, state: ConnectionState.ACTIVE }); // late news
    expect(await connection.send([1, 1, 1], persons(many(1)))).toMatchObject({
      ...refused,
      settlement: { deadLetter: { code: 'etl.connection_deleted' } },
    });
    expect(await connection.count('person')).toBe(0);
  });

  it('waits for the news of a connection that it does not know', async () => {
    const known = await etl.connection();
    const frames = await etl.connection({ connectionId: 'late' });
    await etl.rows(
      'delete from run_fence where connection_key = (select key from connection where id = $1)',
      [frames.id],
    );
    await etl.rows('delete from connection where id = $1', [frames.id]);
    await expect(frames.send([1, 1, 0], begin)).rejects.toMatchObject({
      code: 'etl.unknown_connection',
      retry: 'later',
    });
    await frames.change({ generation: 1 });
    expect(await frames.send([1, 1, 0], begin)).toMatchObject({
      settlement: 'ack',
      answer: { accepted: true },
    });
    expect(await known.send([1, 1, 0], begin)).toMatchObject({ settlement: 'ack' });
  });
});
