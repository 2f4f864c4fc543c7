import { connectDatabase, migrate } from '@made-open/postgres';
import { eventually } from '@made-open/testing';
import type { PoolClient } from 'pg';
import { LinkPeople } from '../../src/people/link-people.ts';
import { migrations } from '../../src/schema/migrations.ts';
import { end, persons, type TestConnection } from '../etl-fixture.ts';
import { frame, PeopleFixture } from './people-fixture.ts';

describe('people that change', () => {
  let people: PeopleFixture;

  beforeAll(async () => {
    people = await PeopleFixture.start();
  });
  afterAll(async () => {
    await people?.etl.stop();
  });

  it('wait for a frame that is being written, and miss nothing of it', async () => {
    const space = people.space();
    const connection = await space.connection();
    await space.bring(connection, { id: 'a', verified: ['1@x'] });
    const writer = await people.etl.pool.connect();
    try {
      await writer.query('begin');
      await write(writer, connection, { name: 'b', address: '1@x' });
      await space.bring(connection, { id: 'c', verified: ['1@x'] });
      expect(await space.like('a')).toEqual(['a', 'c']);
      await writer.query('commit');
    } finally {
      writer.release();
    }
    await people.linker.linkAll();
    expect(await space.like('a')).toEqual(['a', 'b', 'c']);
  });

  it('are linked whatever time it is where they were written', async () => {
    const space = people.space();
    const connection = await space.connection();
    await space.bring(connection, { id: 'a', verified: ['1@x'] });
    await write(people.etl.pool, connection, { name: 'slow', address: '1@x', at: '2020-01-01' });
    await people.linker.linkAll();
    await write(people.etl.pool, connection, { name: 'fast', address: '1@x', at: '2120-01-01' });
    await people.linker.linkAll();
    expect(await space.like('a')).toEqual(['a', 'fast', 'slow']);
  });

  it('are all linked, though one of them changes while it is looked at', async () => {
    const space = people.space();
    const connection = await space.connection();
    const list = Array.from({ length: 700 }, (_, index) => ({
      id: `p${String(index).padStart(3, '0')}`,
      verified: [`${String(index % 350)}@x`],
    }));
    await connection.run(1, [frame(...list.slice(0, 500)), frame(...list.slice(500))], end(false));
    const ids = await space.ids(list.slice(0, 500).map(({ id }) => id));
    const blocker = await people.etl.pool.connect();
    try {
      await blocker.query('begin');
      await blocker.query(
        `insert into person_identifier (entity_id, space_id, kind, value)
         select x, $2, 'email', '499@x' from unnest($1::uuid[]) x
         union all select x, $2, 'email', '149@x' from unnest($1::uuid[]) x`,
        [ids.slice(499), space.id],
      );
      const linking = people.linker.linkAll();
      await eventually(async () =>
        expect(await people.etl.rows(`select from pg_locks where not granted`)).toHaveLength(1),
      );
      await connection.run(2, [frame({ id: 'p499', verified: ['149@x', 'new@x'] })], end(false));
      await blocker.query('rollback');
      await linking;
    } finally {
      blocker.release();
    }
    await people.linker.linkAll();
    expect(await space.like('p600')).toEqual(['p250', 'p600']);
    expect(await space.like('p499')).toEqual(['p149', 'p499']);
    expect(
      await people.etl.rows(
        `select from person_identifier where space_id = $1 and value = 'new@x'`,
        [space.id],
      ),
    ).toHaveLength(1);
  });

  it('part when the record between them goes', async () => {
    const space = people.space();
    const connection = await space.connection();
    await space.bring(
      connection,
      { id: 'a', verified: ['1@x'] },
      { id: 'b', verified: ['1@x', '2@x'] },
      { id: 'c', verified: ['2@x'] },
    );
    expect(await space.like('a')).toEqual(['a', 'b', 'c']);
    await connection.run(90, [persons([], { gone: ['b'] })], end(false));
    await people.linker.linkAll();
    expect([await space.like('a'), await space.like('c')]).toEqual([['a'], ['c']]);
  });

  it('that an earlier version has stored are looked at once more', async () => {
    const database = await people.etl.platform.database('etl_before');
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
