import {
  begin,
  countsOf,
  end,
  EtlFixture,
  many,
  persons,
  records,
  refusedItems,
} from './etl-fixture.ts';

const names =
  'select display_name from person where connection_key = (select key from connection where id = $1)';

describe('the frame of an invocation', () => {
  let etl: EtlFixture;

  beforeAll(async () => {
    etl = await EtlFixture.start();
  });
  afterAll(async () => {
    await etl?.stop();
  });

  it('is taken once, however often it is tried, and needs no run before it', async () => {
    const connection = await etl.connection();
    const event = { sections: [{ kind: 'event', subjects: ['connector.Noticed'] }], lines: ['1'] };
    const first = await connection.invoke('i1', persons(many(3), event));
    expect(first).toMatchObject({ settlement: 'ack', answer: { accepted: true } });
    expect(countsOf(first)).toMatchObject({ created: 3, events: 1 });
    const again = await connection.invoke('i1', persons(many(9), event), { attempt: 2 });
    expect(again).toMatchObject({ settlement: 'ack', answer: { accepted: true } });
    expect(countsOf(again)).toMatchObject({ created: 0, events: 0 });
    expect(await connection.count('person')).toBe(3);
    expect(await connection.events('plugin.com_example_a.connector.Noticed')).toHaveLength(1);
  });

  it('is taken once by two that try at the same time', async () => {
    const connection = await etl.connection();
    const outcomes = await Promise.all(
      [0, 1].map((lane) => connection.invoke('i1', persons(many(2)), { lane })),
    );
    expect(outcomes.map((outcome) => countsOf(outcome)?.created)).toEqual(
      expect.arrayContaining([0, 2]),
    );
    expect(outcomes.every(({ answer }) => answer?.accepted)).toBe(true);
  });

  it('is taken as a whole or not at all when its database connection breaks', async () => {
    const connection = await etl.connection();
    const blocker = await etl.pool.connect();
    await blocker.query('begin; lock table outbox in access exclusive mode');
    const failed = expect(connection.invoke('i1', persons(many(50)))).rejects.toMatchObject({
      retry: 'later',
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
    expect([await connection.count('person'), await connection.count('invocation')]).toEqual([
      0, 0,
    ]);
    expect(
      countsOf(await connection.invoke('i1', persons(many(50)), { attempt: 2 })),
    ).toMatchObject({
      created: 50,
    });
    expect(await connection.events('data.PersonCreated')).toHaveLength(50);
  });

  it('leaves the run that is open where it is, and what it wrote is overwritten in the order of writing', async () => {
    const connection = await etl.connection();
    const name = async () => (await etl.rows<{ display_name: string }>(names, [connection.id]))[0];
    await connection.invoke('i1', persons([{ id: 'a', name: 'invoked' }]));
    await connection.send([1, 1, 0], begin);
    await connection.send([1, 1, 1], persons([{ id: 'a', name: 'run' }]));
    await connection.invoke('i2', persons([{ id: 'a', name: 'invoked again' }]));
    expect(await name()).toEqual({ display_name: 'invoked again' });
    await connection.invoke('i3', persons([{ id: 'a', name: 'invoked last' }]));
    expect(await name()).toEqual({ display_name: 'invoked last' });
    expect(
      await connection.send([1, 1, 2], persons([{ id: 'a', name: 'run, later' }])),
    ).toMatchObject({ answer: { accepted: true, counts: { items: 2, created: 0, updated: 2 } } });
    expect(await name()).toEqual({ display_name: 'run, later' });
    await connection.send([1, 1, 3], end());
    await connection.invoke('i4', persons([{ id: 'a', name: 'after the run' }]));
    expect(await name()).toEqual({ display_name: 'after the run' });
    await connection.run(2, [persons([{ id: 'a', name: 'next run' }])]);
    expect(await name()).toEqual({ display_name: 'next run' });
    const updates = await connection.events('data.PersonUpdated');
    expect(updates.map(({ data }) => data.entity?.version)).toEqual([2, 3, 4, 5, 6, 7]);
  });

  it('brings items that the sweep of an open run leaves, also between its slices', async () => {
    const connection = await etl.connection();
    await connection.run(1, [persons([{ id: 'old' }, { id: 'gone' }])]);
    await connection.send([2, 1, 0], begin, { runId: 'sliced' });
    await connection.send([2, 1, 1], persons([{ id: 'old' }]), { runId: 'sliced' });
    await connection.invoke('i1', persons([{ id: 'during' }]));
    await connection.send([2, 1, 2], end(false, 3), { runId: 'sliced' });
    await connection.invoke('i2', persons([{ id: 'between' }]));
    await connection.send([3, 1, 0], begin, { runId: 'sliced' });
    await connection.send([3, 1, 1], end(), { runId: 'sliced' });
    const left = await etl.rows<{ id: string }>(
      'select external_id as id from person where connection_key = (select key from connection where id = $1) order by 1',
      [connection.id],
    );
    expect(left.map(({ id }) => id)).toEqual(['between', 'during', 'old']);
    await connection.invoke('i3', persons([{ id: 'after' }]));
    expect(await connection.count('seen')).toBe(0);
  });

  it('keeps the sweep of an open run from deleting when an item told no id', async () => {
    const connection = await etl.connection();
    await connection.run(1, [persons([{ id: 'old' }])]);
    await connection.send([2, 1, 0], begin);
    await connection.invoke('i1', refusedItems(''));
    await connection.send([2, 1, 1], end());
    expect(await connection.count('person')).toBe(1);
    await connection.run(3, []);
    expect(await connection.count('person')).toBe(0);
  });

  it('keeps what is wrong in quarantine, checkpoints too, and takes the rest', async () => {
    const connection = await etl.connection();
    const outcome = await connection.invoke(
      'i1',
      persons([{ id: 'good' }, { id: 'bad', data: '{"emails":1}' }], {
        sections: [{ kind: 'checkpoint' }],
        lines: ['{"page":2}'],
      }),
    );
    expect(countsOf(outcome)).toMatchObject({ created: 1, quarantined: 2 });
    expect(await connection.quarantine()).toMatchObject([
      { type: 'checkpoint', reason: expect.stringContaining('only a sync saves checkpoints') },
      { type: 'person', external_id: 'bad' },
    ]);
    expect(await connection.count('checkpoint')).toBe(0);
  });

  it('is refused when it begins or ends a run, and may come in order after one that could not be read', async () => {
    const connection = await etl.connection();
    for (const content of [begin, end()])
      expect(await connection.invoke('i1', content)).toMatchObject({
        settlement: { deadLetter: { code: 'etl.invalid_frame' } },
        answer: { accepted: false },
      });
    const unreadable = records([{ kind: 'item', type: 'person', ids: ['a', 'b'] }], ['{}\t{}']);
    const outcome = await connection.invoke('i1', unreadable);
    expect(outcome).toMatchObject({ answer: { accepted: false } });
    expect(outcome.answer?.superseded).toBeUndefined();
    expect(countsOf(await connection.invoke('i1', persons(many(1))))).toMatchObject({ created: 1 });
  });

  it('is forgotten once nobody tries it again', async () => {
    const connection = await etl.connection();
    await connection.invoke('i1', persons(many(1)));
    await etl.rows(`update invocation set taken_at = now() - interval '46 days'`);
    await connection.invoke('i2', persons(many(1)));
    expect(await connection.count('invocation')).toBe(1);
  });
});
