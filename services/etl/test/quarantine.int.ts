import { create } from '@bufbuild/protobuf';
import {
  DropQuarantineRequestSchema,
  ListQuarantineRequestSchema,
  ReplayQuarantineRequestSchema,
} from '@made-open/contracts';
import { ConnectionStore } from '../src/connections/connection-store.ts';
import { QuarantineConsumer } from '../src/quarantine/quarantine.consumer.ts';
import { ReplayQuarantine } from '../src/quarantine/replay-quarantine.ts';
import {
  begin,
  countsOf,
  end,
  EtlFixture,
  many,
  persons,
  records,
  refusedItems,
  type TestConnection,
} from './etl-fixture.ts';

describe('the quarantine', () => {
  let etl: EtlFixture;
  let consumer: QuarantineConsumer;

  beforeAll(async () => {
    etl = await EtlFixture.start();
    consumer = new QuarantineConsumer(
      new ConnectionStore(etl.pool),
      new ReplayQuarantine(etl.database, () => undefined),
      etl.pool,
    );
  });
  afterAll(async () => {
    await etl?.stop();
  });

  const list = ({ id }: TestConnection, cursor = '', limit = 200) =>
    consumer.list(create(ListQuarantineRequestSchema, { connectionId: id, cursor, limit }));
  const replay = ({ id }: TestConnection, ids: string[] = [], cursor = '') =>
    consumer.replay(create(ReplayQuarantineRequestSchema, { connectionId: id, ids, cursor }));
  const drop = ({ id }: TestConnection, ids: string[] = []) =>
    consumer.drop(create(DropQuarantineRequestSchema, { connectionId: id, ids }));
  const bad = (count: number) => many(count).map(({ id }) => ({ id, name: 5 }));
  const idsOf = (rows: readonly { readonly external_id: string }[]): string[] =>
    rows.map((row) => row.external_id);

  it('is listed in pages, without the records', async () => {
    const connection = await etl.connection();
    await connection.run(1, [persons(bad(5))]);
    const first = await list(connection, '', 3);
    const second = await list(connection, first.nextCursor, 3);
    expect(
      [...(first.items ?? []), ...(second.items ?? [])].map((item) => item.externalId),
    ).toEqual(many(5).map(({ id }) => id));
    expect(first).toMatchObject({ total: 5, maxTotal: 10_000 });
    expect(first.items?.[0]).toMatchObject({
      type: 'person',
      runId: 'run-1',
      reason: 'display_name must be a text',
      sizeBytes: '{"display_name":5}\t{}'.length,
      canReplay: true,
    });
    expect(second.nextCursor).toBe('');
    await expect(list(connection, 'x')).rejects.toMatchObject({ code: 'etl.invalid_request' });
  });

  it('takes items that the sandbox refused, and the run goes on', async () => {
    const connection = await etl.connection();
    await connection.send([1, 1, 0], begin);
    await connection.send([1, 1, 1], refusedItems('big', '', ''));
    const outcome = await connection.send([1, 1, 2], persons(many(2)));
    expect(countsOf(outcome)).toMatchObject({
      items: 5,
      created: 2,
      quarantined: 3,
      unchanged: 0,
    });
    const { items } = await list(connection);
    expect(
      items?.map(({ externalId, reason, sizeBytes, canReplay }) => [
        externalId,
        reason,
        sizeBytes,
        canReplay,
      ]),
    ).toEqual([
      ['big', 'wrong big', 300_000, false],
      ['', 'wrong 1', 300_000, false],
      ['', 'wrong 2', 300_000, false],
    ]);
  });

  it('deletes nothing after a full pass with an item whose id nobody knows', async () => {
    const connection = await etl.connection();
    await connection.run(1, [persons(many(3))]);
    expect(countsOf(await connection.run(2, [persons(many(2)), refusedItems('')]))).toMatchObject({
      deleted: 0,
      quarantined: 1,
    });
    expect(await connection.count('person')).toBe(3);
    expect(countsOf(await connection.run(3, [persons(many(2)), refusedItems('p2')]))).toMatchObject(
      { deleted: 0 },
    );
    expect(idsOf(await connection.quarantine())).toEqual(['p2']);
    expect(countsOf(await connection.run(4, [persons(many(2))]))).toMatchObject({ deleted: 1 });
  });

  it('forgets with a full pass what is gone at the source, and keeps it after a part', async () => {
    const connection = await etl.connection();
    const event = { sections: [{ kind: 'event', subjects: ['rules.X'] }], lines: ['1'] };
    await connection.run(1, [
      persons([...many(3), { id: 'x', name: 5 }, { id: 'y', name: 5 }], event),
    ]);
    await connection.run(2, [persons([{ id: 'y', name: 5 }])], end(false));
    expect(idsOf(await connection.quarantine())).toEqual(['rules.X', 'x', 'y']);
    await connection.run(3, [persons([...many(3), { id: 'y', name: 5 }])]);
    expect(idsOf(await connection.quarantine())).toEqual(['rules.X', 'y']);
  });

  it('replays what fits now, one or all, and says of the rest why it still does not', async () => {
    const connection = await etl.connection({ grants: ['data:write:documents'] });
    const sections = [{ kind: 'event', subjects: ['connector.Seen'] }];
    await connection.send([1, 1, 0], begin);
    await connection.send(
      [1, 1, 1],
      persons([...many(3), { id: 'bad', name: 5 }], { sections, lines: ['{"n":1}'] }),
    );
    expect(await connection.quarantine()).toHaveLength(5);
    expect(await replay(connection)).toMatchObject({ replayed: 0, refused: 5 });
    await connection.change({ generation: 2 });
    const [, first] = (await list(connection)).items ?? [];
    expect(await replay(connection, [String(first?.id)])).toMatchObject({
      replayed: 1,
      refused: 0,
    });
    expect(await connection.count('person')).toBe(1);
    expect(await replay(connection)).toMatchObject({ replayed: 3, refused: 1 });
    expect(await connection.quarantine()).toMatchObject([
      { external_id: 'bad', reason: 'display_name must be a text' },
    ]);
    expect(await connection.count('person')).toBe(3);
    expect(await connection.events('data.PersonCreated')).toHaveLength(3);
    expect(
      (await connection.events()).filter(({ data }) => data.payload !== undefined),
    ).toHaveLength(1);
    // The run that brought them goes on, and a later one finds nothing to do.
    expect(await connection.send([1, 1, 2], end(false))).toMatchObject({ settlement: 'ack' });
    expect(countsOf(await connection.run(2, [persons(many(3))]))).toMatchObject({ unchanged: 3 });
  });

  it('replays page by page', async () => {
    const connection = await etl.connection({ grants: [] });
    await connection.send([1, 1, 0], begin);
    for (const [frame, from] of [0, 400].entries())
      await connection.send([1, 1, frame + 1], persons(many(400, 'Person', from)));
    await connection.change({ generation: 2 });
    const first = await replay(connection);
    expect(first).toMatchObject({ replayed: 500 });
    const second = await replay(connection, [], first.nextCursor);
    expect(second).toMatchObject({ replayed: 300 });
    expect(await replay(connection, [], second.nextCursor)).toMatchObject({ nextCursor: '' });
    expect(await connection.count('person')).toBe(800);
  });

  it('drops one or all', async () => {
    const connection = await etl.connection();
    const other = await etl.connection();
    await connection.run(1, [persons(bad(4))]);
    await other.run(1, [persons(bad(1))]);
    const [first] = (await list(connection)).items ?? [];
    expect(await drop(other, [String(first?.id)])).toEqual({ dropped: 0 });
    expect(await drop(connection, [String(first?.id)])).toEqual({ dropped: 1 });
    expect(await drop(connection)).toEqual({ dropped: 3 });
    expect(await connection.quarantine()).toEqual([]);
    expect(await other.quarantine()).toHaveLength(1);
    await expect(drop(connection, ['x'])).rejects.toMatchObject({ code: 'etl.invalid_request' });
  });

  it('is bounded: of too many rows none are kept, of too many bytes only their reasons', async () => {
    const connection = await etl.connection();
    await connection.run(1, [persons(bad(2))]);
    const fill = (rows: number, bytes: number) =>
      etl.rows(
        `insert into quarantine (id, connection_key, run_id, type, external_id, reason, hash, size_bytes, record)
         select gen_random_uuid(), key, 'r', 'message', 'm' || n, '', 0, 1,
           convert_to(repeat('x', $3), 'utf8') from connection, generate_series(1, $2::int) n where id = $1`,
        [connection.id, rows, bytes],
      );
    await fill(1, 64 * 1024 * 1024 - 100);
    await connection.run(
      2,
      [persons([...bad(3), { id: 'late', name: 5, raw: `"${'x'.repeat(200)}"` }])],
      end(false),
    );
    const kept = (await connection.quarantine()).filter(({ type }) => type === 'person');
    expect(kept.map(({ external_id, record }) => [external_id, record === null])).toEqual([
      ['late', true],
      ['p0', false],
      ['p1', false],
      ['p2', false],
    ]);
    await etl.rows(`delete from quarantine where type = 'message'`);
    await fill(9_995, 1);
    expect(countsOf(await connection.run(3, [persons(bad(8))], end(false)))).toMatchObject({
      quarantined: 8,
    });
    expect(await connection.count('quarantine')).toBe(10_000);
    expect((await connection.quarantine()).filter(({ type }) => type === 'person')).toHaveLength(5);
  });

  it('keeps a checkpoint that was refused out of replays', async () => {
    const connection = await etl.connection();
    await connection.run(1, [records([{ kind: 'checkpoint' }], ['nope'])]);
    expect((await list(connection)).items).toMatchObject([
      { type: 'checkpoint', canReplay: false },
    ]);
    expect(await replay(connection)).toEqual({ replayed: 0, refused: 0, nextCursor: '' });
  });
});
