import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import {
  ConnectionChangedSchema,
  ConnectionState,
  ItemFrameSchema,
  RunOutcome,
} from '@made-open/contracts';
import { connectDatabase, migrate } from '@made-open/postgres';
import { TestPlatform } from '@made-open/testing';
import type { Pool } from 'pg';
import { ConnectionStore } from '../src/connections/connection-store.ts';
import { ConnectionQueries } from '../src/connections/connection-queries.ts';
import { migrations } from '../src/entities/migrations.ts';
import { FrameWriter, type FrameOutcome } from '../src/items/frame-writer.ts';
import { changedQuery } from '../src/items/write-items.ts';

type Content = NonNullable<MessageInitShape<typeof ItemFrameSchema>['content']>;

interface Person {
  id: string;
  name?: unknown;
  raw?: string;
  deleted?: boolean;
}

describe('frames in PostgreSQL', () => {
  let platform: TestPlatform;
  let pool: Pool;
  let writer: FrameWriter;
  let connections = 0;

  beforeAll(async () => {
    platform = await TestPlatform.start();
    const database = await platform.database('etl');
    await migrate(database, migrations);
    pool = connectDatabase(database).pool;
    writer = new FrameWriter(pool);
  });
  afterAll(async () => {
    await pool?.end();
    await platform?.stop();
  });

  /** A new connection and short ways to send its frames. */
  async function aConnection(grants = ['data:write:persons', 'event:publish:connector.*']) {
    const connectionId = `c${++connections}`;
    await new ConnectionStore(pool).apply(
      create(ConnectionChangedSchema, {
        connectionId,
        spaceId: 'default',
        pluginId: 'com.example.a',
        grants,
        generation: 1,
        state: ConnectionState.ACTIVE,
      }),
    );
    const send = (
      position: [number, number, number],
      content: Content,
      runId = `run-${position[0]}`,
    ): Promise<FrameOutcome> => {
      const [epoch, attempt, frame] = position;
      return writer.write(
        `items.0.com_example_a.${connectionId}`,
        toBinary(
          ItemFrameSchema,
          create(ItemFrameSchema, { runId, epoch, attempt, frame, content }),
        ),
      );
    };
    const count = async (table: string): Promise<number> =>
      Number(
        (
          await pool.query<{ n: string }>(
            `select count(*) n from ${table} where connection_key = (select key from connection where id = $1)`,
            [connectionId],
          )
        ).rows[0]?.n,
      );
    const events = async (): Promise<
      { type: string; data: { entity?: { external_id: string; version: number } } }[]
    > => {
      const { rows } = await pool.query<{ payload: string }>(
        'select payload from outbox where payload like $1 order by id',
        [`%"${connectionId}"%`],
      );
      return rows.flatMap((row) => JSON.parse(row.payload) as never[]);
    };
    return { connectionId, send, count, events };
  }

  const begin: Content = {
    case: 'begin',
    value: { pluginVersion: '1.0.0', slice: 1, trigger: 'manual' },
  };
  const end = (fullPass = true): Content => ({
    case: 'end',
    value: { outcome: RunOutcome.COMPLETED, fullPass },
  });
  const persons = (list: Person[], extra: object[] = [], lines: string[] = []): Content => {
    const items = list.filter((person) => person.deleted !== true);
    const gone = list.filter((person) => person.deleted === true);
    const sections = [
      ...(items.length > 0
        ? [{ kind: 'item', type: 'person', ids: items.map((person) => person.id) }]
        : []),
      ...(gone.length > 0
        ? [{ kind: 'delete', type: 'person', ids: gone.map((person) => person.id) }]
        : []),
      ...extra,
    ];
    const text = [
      JSON.stringify({ v: 1, sections }),
      ...items.map(
        (person) =>
          `${JSON.stringify({ display_name: person.name ?? person.id })}\t${person.raw ?? '{}'}`,
      ),
      ...lines,
      '',
    ].join('\n');
    return { case: 'records', value: new TextEncoder().encode(text) };
  };
  const many = (count: number, name = ''): Person[] =>
    Array.from({ length: count }, (_, index) => ({
      id: `p${index}`,
      name: `Person ${index}${name}`,
    }));
  const countsOf = (outcome: FrameOutcome) =>
    outcome.kind === 'answered' ? outcome.reply.counts : undefined;

  it('creates once, is silent when unchanged, and updates what changed', async () => {
    const { send, count, events } = await aConnection();
    await send([1, 1, 0], begin);
    expect(countsOf(await send([1, 1, 1], persons(many(300))))).toMatchObject({
      created: 300,
      unchanged: 0,
    });
    await send([1, 1, 2], end());
    const before = (await events()).length;
    await send([2, 1, 0], begin);
    expect(countsOf(await send([2, 1, 1], persons(many(300))))).toMatchObject({
      created: 0,
      updated: 0,
      unchanged: 300,
    });
    await send([2, 1, 2], end());
    expect((await events()).length).toBe(before + 2); // begin and end of the run alone
    await send([3, 1, 0], begin);
    const changed = many(300).map((person) =>
      person.id === 'p7' ? { ...person, name: 'Other' } : person,
    );
    expect(countsOf(await send([3, 1, 1], persons(changed)))).toMatchObject({
      created: 0,
      updated: 1,
      unchanged: 299,
    });
    expect(await count('person')).toBe(300);
    const updates = (await events()).filter((event) => event.type === 'data.PersonUpdated');
    expect(updates).toHaveLength(1);
    expect(updates[0]?.data.entity).toMatchObject({ external_id: 'p7', version: 2 });
  });

  it('takes a frame once, whatever is repeated, late or missing', async () => {
    const { send, count } = await aConnection();
    await send([1, 1, 0], begin);
    await send([1, 1, 1], persons(many(10)));
    expect(await send([1, 1, 3], persons(many(30)))).toEqual({ kind: 'gap' });
    expect(await send([1, 1, 1], persons(many(20)))).toMatchObject({
      wrote: false,
      reply: { accepted: true },
    });
    expect(await send([1, 2, 1], persons(many(20)))).toEqual({ kind: 'gap' });
    await send([1, 2, 0], begin);
    expect(await send([1, 1, 2], persons(many(20)))).toMatchObject({
      wrote: false,
      reply: { accepted: false },
    });
    expect(await count('person')).toBe(10);
  });

  it('deletes what a full pass did not see, and holds a sweep that is too large', async () => {
    const { connectionId, send, count, events } = await aConnection();
    await send([1, 1, 0], begin);
    await send([1, 1, 1], persons(many(100)));
    await send([1, 1, 2], end());
    await send([2, 1, 0], begin);
    await send([2, 1, 1], persons(many(90)));
    expect(countsOf(await send([2, 1, 2], end()))).toMatchObject({ deleted: 10 });
    expect(await count('person')).toBe(90);
    expect((await events()).filter((event) => event.type === 'data.PersonDeleted')).toHaveLength(
      10,
    );
    await send([3, 1, 0], begin);
    await send([3, 1, 1], persons(many(10)));
    expect(await send([3, 1, 2], end())).toMatchObject({
      reply: { sweepHeld: true, counts: { deleted: 0 } },
    });
    expect(await count('person')).toBe(90);
    expect(
      await new ConnectionQueries(pool, () => undefined).resolveSweep(connectionId, true),
    ).toBe(80);
    expect(await count('person')).toBe(10);
  });

  it('keeps rows when a run loaded an earlier checkpoint', async () => {
    const { send, count } = await aConnection();
    await send([1, 1, 0], begin);
    await send([1, 1, 1], persons(many(30)));
    await send([1, 1, 2], end());
    await send([2, 1, 0], begin);
    await send([2, 1, 1], end(false));
    expect(await count('person')).toBe(30);
  });

  it('saves a checkpoint with the items before it, and emits a plugin’s event under the plugin’s name', async () => {
    const { connectionId, send, events } = await aConnection();
    await send([1, 1, 0], begin);
    const extra = [{ kind: 'event', subjects: ['connector.Noticed'] }, { kind: 'checkpoint' }];
    await send([1, 1, 1], persons(many(3), extra, ['{"what":1}', '{"page":2}']));
    expect(
      await new ConnectionQueries(pool, () => undefined).checkpoint('com.example.a', connectionId),
    ).toMatchObject({ stateJson: '{"page":2}', runId: 'run-1' });
    expect(
      (await events()).find((event) => event.type === 'plugin.com_example_a.connector.Noticed'),
    ).toMatchObject({ data: { payload: { what: 1 }, plugin_id: 'com.example.a' } });
  });

  it('puts items that do not fit into quarantine and writes the others', async () => {
    const { connectionId, send, count } = await aConnection();
    await send([1, 1, 0], begin);
    const list = [
      ...many(497),
      { id: 'bad-name', name: ['x'] },
      { id: 'bad-raw', raw: '{"a":' },
      { id: 'deep-raw', raw: `${'['.repeat(20_000)}${']'.repeat(20_000)}` },
    ];
    expect(countsOf(await send([1, 1, 1], persons(list)))).toMatchObject({
      created: 497,
      quarantined: 3,
    });
    expect(await count('person')).toBe(497);
    const { items } = await new ConnectionQueries(pool, () => undefined).quarantine(connectionId, {
      limit: 10,
      cursor: '',
    });
    expect(items.map((item) => (item as { externalId: string }).externalId).toSorted()).toEqual([
      'bad-name',
      'bad-raw',
      'deep-raw',
    ]);
  });

  it('removes items that the plugin says are gone, and lets the last of a repeated id win', async () => {
    const { send, count } = await aConnection();
    await send([1, 1, 0], begin);
    expect(
      countsOf(
        await send(
          [1, 1, 1],
          persons([{ id: 'a', name: 'first' }, { id: 'a', name: 'last' }, { id: 'b' }]),
        ),
      ),
    ).toMatchObject({ created: 2 });
    expect(countsOf(await send([1, 1, 2], persons([{ id: 'b', deleted: true }])))).toMatchObject({
      deleted: 1,
    });
    expect(await count('person')).toBe(1);
    const { rows } = await pool.query<{ display_name: string }>(
      `select display_name from person where external_id = 'a' order by id desc limit 1`,
    );
    expect(rows[0]?.display_name).toBe('last');
  });

  it('refuses what the plugin was not granted, and another plugin’s connection', async () => {
    const { send } = await aConnection(['data:write:messages']);
    await send([1, 1, 0], begin);
    await expect(send([1, 1, 1], persons(many(1)))).rejects.toMatchObject({
      code: 'etl.frame_refused',
      retry: 'never',
    });
    const frame = toBinary(ItemFrameSchema, create(ItemFrameSchema, { content: begin }));
    await expect(writer.write(`items.0.com_example_b.c1`, frame)).rejects.toMatchObject({
      code: 'etl.frame_refused',
    });
    await expect(writer.write(`items.0.com_example_a.nowhere`, frame)).rejects.toMatchObject({
      code: 'etl.unknown_connection',
      retry: 'later',
    });
  });

  it('probes the index also on a table without statistics', async () => {
    await pool.query(`insert into person (id, connection_key, space_id, external_id, version, hash, raw, created_at, updated_at)
      select gen_random_uuid(), (select min(key) from connection), 'default', 'bulk' || n, 1, n, '{}', now(), now() from generate_series(1, 50000) n`);
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(
      `explain ${changedQuery('person')}`
        .replace('$1', '1')
        .replace('$2', `array['a']`)
        .replace('$3', 'array[1]'),
    );
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('Index Scan using person_connection_key_external_id_key');
    expect(plan).not.toContain('Seq Scan');
  });
});
