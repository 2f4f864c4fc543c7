import { create } from '@bufbuild/protobuf';
import {
  GetLinkedPersonRequestSchema,
  LinkPersonsRequestSchema,
  UnlinkPersonsRequestSchema,
} from '@made-open/contracts';
import { connectDatabase, migrate } from '@made-open/postgres';
import { eventually } from '@made-open/testing';
import type { PoolClient } from 'pg';
import { DecidePeople } from '../src/people/decide-people.ts';
import { LinkPeople } from '../src/people/link-people.ts';
import { PeopleConsumer } from '../src/people/people.consumer.ts';
import { migrations } from '../src/schema/migrations.ts';
import { end, EtlFixture, persons, type TestConnection } from './etl-fixture.ts';

interface TestPerson {
  readonly id: string;
  readonly emails?: string[];
  readonly verified?: string[];
  readonly phones?: string[];
}

const frame = (...list: TestPerson[]) =>
  persons(
    list.map(({ id, emails, verified, phones }) => ({
      id,
      data: JSON.stringify({ display_name: id, emails, verified_emails: verified, phones }),
    })),
  );

describe('people', () => {
  let etl: EtlFixture;
  let linker: LinkPeople;
  let consumer: PeopleConsumer;
  let spaces = 0;

  beforeAll(async () => {
    etl = await EtlFixture.start();
    linker = new LinkPeople({
      database: etl.database,
      pool: etl.pool,
      onError: () => undefined,
    });
    consumer = new PeopleConsumer(new DecidePeople(etl.database), etl.pool);
  });
  afterAll(async () => {
    await etl?.stop();
  });

  class Space {
    readonly id = `people-${String(++spaces)}`;
    #epoch = 0;

    connection(): Promise<TestConnection> {
      return etl.connection({ spaceId: this.id });
    }

    async bring(connection: TestConnection, ...list: TestPerson[]): Promise<void> {
      await connection.run(++this.#epoch, [frame(...list)], end(false));
      await linker.linkAll();
    }

    async entity(name: string): Promise<string> {
      const [row] = await etl.rows<{ id: string }>(
        `select e.id from person e join connection c on c.key = e.connection_key
         where c.space_id = $1 and e.external_id = $2`,
        [this.id, name],
      );
      return row?.id ?? '';
    }

    /** The records of the person that a record is of, by their names. */
    async like(name: string): Promise<string[]> {
      const { person } = await this.get(await this.entity(name));
      return this.names(person?.records ?? []);
    }

    get(personId: string) {
      return consumer.get(create(GetLinkedPersonRequestSchema, { spaceId: this.id, personId }));
    }

    async names(records: readonly { readonly entityId?: string }[]): Promise<string[]> {
      const ids = records.map(({ entityId }) => entityId);
      const rows = await etl.rows<{ name: string }>(
        'select external_id as name from person where id = any ($1::uuid[]) order by 1',
        [ids],
      );
      return rows.map(({ name }) => name);
    }

    async ids(names: readonly string[]): Promise<string[]> {
      return Promise.all(names.map((name) => this.entity(name)));
    }

    async link(...names: string[]) {
      const entityIds = await this.ids(names);
      return consumer.link(create(LinkPersonsRequestSchema, { spaceId: this.id, entityIds }));
    }

    async unlink(...names: string[]) {
      const entityIds = await this.ids(names);
      return consumer.unlink(create(UnlinkPersonsRequestSchema, { spaceId: this.id, entityIds }));
    }
  }

  it('are linked over sources by checked addresses and international numbers, not by others', async () => {
    const space = new Space();
    const [one, two] = [await space.connection(), await space.connection()];
    await space.bring(
      one,
      { id: 'a', verified: ['Ada@x.org'], phones: ['+49 30 123456'] },
      { id: 'other', emails: ['ada@x.org'], phones: ['030 123456'] },
    );
    await space.bring(
      two,
      { id: 'b', verified: ['ada@x.org'] },
      { id: 'c', phones: ['+49 (30) 123-456'] },
    );
    expect(await space.like('a')).toEqual(['a', 'b', 'c']);
    expect(await space.like('other')).toEqual(['other']);
    const { person } = await space.get(await space.entity('c'));
    expect(person?.records?.map(({ rule }) => rule)).toEqual(['email', 'email', 'phone']);
    expect(person?.personId).toBe(await space.entity('a'));
  });

  it('are not linked over spaces, nor by the number of an office', async () => {
    const space = new Space();
    const neighbour = new Space();
    const connection = await space.connection();
    await space.bring(connection, { id: 'a', verified: ['a@x'] });
    await neighbour.bring(await neighbour.connection(), { id: 'b', verified: ['a@x'] });
    expect(await space.like('a')).toEqual(['a']);
    expect(await space.get(await neighbour.entity('b'))).toEqual({});
    const office = Array.from({ length: 21 }, (_, index) => ({
      id: `o${index}`,
      phones: ['+49301234567'],
    }));
    await space.bring(connection, ...office);
    expect(await space.like('o3')).toEqual(['o3']);
  });

  it('part again when their records change, and keep their name', async () => {
    const space = new Space();
    const connection = await space.connection();
    await space.bring(
      connection,
      { id: 'a', verified: ['1@x'] },
      { id: 'b', verified: ['1@x', '2@x'] },
      { id: 'c', verified: ['2@x'] },
    );
    expect(await space.like('a')).toEqual(['a', 'b', 'c']);
    await space.bring(connection, { id: 'b', verified: ['2@x'] });
    expect(await space.like('a')).toEqual(['a']);
    expect(await space.like('c')).toEqual(['b', 'c']);
    await space.bring(connection, { id: 'b', verified: ['1@x', '2@x'] });
    expect(await space.like('c')).toEqual(['a', 'b', 'c']);
    const { person } = await space.get(await space.entity('c'));
    await connection.run(90, [persons([], { gone: ['a'] })], end(false));
    await linker.linkAll();
    expect(await space.like('c')).toEqual(['b', 'c']);
    expect((await space.get(person?.personId ?? '')).person?.records).toHaveLength(2);
  });

  it('are separated and linked by hand, and rules do not undo it', async () => {
    const space = new Space();
    const connection = await space.connection();
    await space.bring(
      connection,
      { id: 'a', verified: ['1@x'] },
      { id: 'b', verified: ['1@x'] },
      { id: 'c', verified: ['1@x'] },
      { id: 'd' },
    );
    const { persons: parts } = await space.unlink('b');
    expect(new Set(parts.map(({ records }) => records?.length))).toEqual(new Set([1, 2]));
    expect([await space.like('a'), await space.like('b')]).toEqual([['a', 'c'], ['b']]);
    await space.bring(connection, { id: 'e', verified: ['1@x'] });
    expect(await space.like('b')).toEqual(['b']);
    await space.link('b', 'd', 'b');
    expect(await space.like('d')).toEqual(['b', 'd']);
    await space.link('a', 'b');
    expect(await space.like('b')).toEqual(['a', 'b', 'd', 'e']);
    expect(await space.like('c')).toEqual(['c']);
    await space.link('b', 'c');
    expect(await space.like('b')).toEqual(['a', 'b', 'c', 'd', 'e']);
    await space.unlink('d');
    expect(await space.like('b')).toEqual(['a', 'b', 'c', 'e']);
  });

  it('are decided about with ids of persons of the space alone', async () => {
    const space = new Space();
    await space.bring(await space.connection(), { id: 'a' }, { id: 'b' });
    await expect(space.link('a')).rejects.toMatchObject({ code: 'etl.invalid_request' });
    await expect(space.link('a', 'nobody')).rejects.toMatchObject({ code: 'etl.invalid_request' });
    await expect(new Space().unlink('a')).rejects.toMatchObject({ code: 'etl.invalid_request' });
    expect(await space.get('x')).toEqual({});
  });

  it('wait for a frame that is being written, and miss nothing of it', async () => {
    const space = new Space();
    const connection = await space.connection();
    await space.bring(connection, { id: 'a', verified: ['1@x'] });
    const writer = await etl.pool.connect();
    try {
      await writer.query('begin');
      await write(writer, connection, { name: 'b', address: '1@x' });
      await space.bring(connection, { id: 'c', verified: ['1@x'] });
      expect(await space.like('a')).toEqual(['a', 'c']);
      await writer.query('commit');
    } finally {
      writer.release();
    }
    await linker.linkAll();
    expect(await space.like('a')).toEqual(['a', 'b', 'c']);
  });

  it('are linked whatever time it is where they were written', async () => {
    const space = new Space();
    const connection = await space.connection();
    await space.bring(connection, { id: 'a', verified: ['1@x'] });
    await write(etl.pool, connection, { name: 'slow', address: '1@x', at: '2020-01-01' });
    await linker.linkAll();
    await write(etl.pool, connection, { name: 'fast', address: '1@x', at: '2120-01-01' });
    await linker.linkAll();
    expect(await space.like('a')).toEqual(['a', 'fast', 'slow']);
  });

  it('are all linked, though one of them changes while it is looked at', async () => {
    const space = new Space();
    const connection = await space.connection();
    const list = Array.from({ length: 700 }, (_, index) => ({
      id: `p${String(index).padStart(3, '0')}`,
      verified: [`${String(index % 350)}@x`],
    }));
    await connection.run(1, [frame(...list.slice(0, 500)), frame(...list.slice(500))], end(false));
    const ids = await space.ids(list.slice(0, 500).map(({ id }) => id));
    const blocker = await etl.pool.connect();
    try {
      await blocker.query('begin');
      await blocker.query(
        `insert into person_identifier (entity_id, space_id, kind, value)
         select x, $2, 'email', '499@x' from unnest($1::uuid[]) x
         union all select x, $2, 'email', '149@x' from unnest($1::uuid[]) x`,
        [ids.slice(499), space.id],
      );
      const linking = linker.linkAll();
      await eventually(async () =>
        expect(await etl.rows(`select from pg_locks where not granted`)).toHaveLength(1),
      );
      await connection.run(2, [frame({ id: 'p499', verified: ['149@x', 'new@x'] })], end(false));
      await blocker.query('rollback');
      await linking;
    } finally {
      blocker.release();
    }
    await linker.linkAll();
    expect(await space.like('p600')).toEqual(['p250', 'p600']);
    expect(await space.like('p499')).toEqual(['p149', 'p499']);
    expect(
      await etl.rows(`select from person_identifier where space_id = $1 and value = 'new@x'`, [
        space.id,
      ]),
    ).toHaveLength(1);
  });

  it('part when the record between them goes', async () => {
    const space = new Space();
    const connection = await space.connection();
    await space.bring(
      connection,
      { id: 'a', verified: ['1@x'] },
      { id: 'b', verified: ['1@x', '2@x'] },
      { id: 'c', verified: ['2@x'] },
    );
    expect(await space.like('a')).toEqual(['a', 'b', 'c']);
    await connection.run(90, [persons([], { gone: ['b'] })], end(false));
    await linker.linkAll();
    expect([await space.like('a'), await space.like('c')]).toEqual([['a'], ['c']]);
  });

  it('that an earlier version has stored are looked at once more', async () => {
    const database = await etl.platform.database('etl_before');
    const earlier = Object.entries(migrations).filter(([name]) => name < '0008');
    await migrate(database, Object.fromEntries(earlier));
    const { pool } = connectDatabase(database);
    try {
      await pool.query(
        `insert into connection (id, space_id, plugin_id, grants, generation, mapping_version, state)
         values ('c', 's', 'p', '{}', 1, 1, 'active')`,
      );
      for (const name of ['a', 'b']) await write(pool, { id: 'c' }, { name, address: '1@x' });
      await migrate(database, migrations);
      await new LinkPeople({ database, pool, onError: () => undefined }).linkAll();
      expect((await pool.query('select distinct person_id from person_link')).rows).toHaveLength(1);
    } finally {
      await pool.end();
    }
  });
});

/** A record as another process writes it, perhaps in a transaction that stays open. */
async function write(
  client: Pick<PoolClient, 'query'>,
  connection: Pick<TestConnection, 'id'>,
  { name, address, at = 'now' }: { name: string; address: string; at?: string },
): Promise<void> {
  await client.query(
    `insert into person (id, connection_key, external_id, version, hash, raw, created_at, updated_at, verified_emails)
     select gen_random_uuid(), key, $2, 1, 1, '{}', $4::timestamptz, $4::timestamptz, array[$3]
     from connection where id = $1`,
    [connection.id, name, address, at],
  );
}
