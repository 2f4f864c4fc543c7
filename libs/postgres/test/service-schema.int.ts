import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { ensureExtensions, ensureServiceDatabase } from '@made-open/local-parts';
import { connectDatabase, connectionOptions, type DatabaseOptions } from '../src/index.ts';
import { TestDatabase } from './test-database.ts';

const denied = { code: '42501' };
const wrongPassword = { code: '28P01' };

describe('the schema and role of a service', () => {
  let postgres: TestDatabase;
  let own: DatabaseOptions;
  let other: DatabaseOptions;

  beforeAll(async () => {
    postgres = await TestDatabase.start();
    await ensureExtensions(postgres.server);
    own = await postgres.schema('channel-gateway');
    other = await postgres.schema('credential-wallet');
    await query(other, 'create table secret (value text)');
  });
  afterAll(() => postgres?.stop());

  async function query(options: DatabaseOptions, text: string): Promise<unknown[]> {
    const client = new Client(connectionOptions(options));
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end();
    }
  }

  it('has the service’s tables in its own schema without naming it', async () => {
    await query(own, 'create table message (id int)');
    expect(
      await query(own, `select schemaname from pg_tables where tablename = 'message'`),
    ).toEqual([{ schemaname: 'channel_gateway' }]);
  });

  it.each([
    ['read another service’s table', 'select * from credential_wallet.secret'],
    ['make a table in another schema', 'create table credential_wallet.mine (id int)'],
    ['make a table in the public schema', 'create table public.mine (id int)'],
    ['make a role', 'create role intruder superuser login'],
    ['become another service', 'set role credential_wallet'],
    ['read a file of the server', `select pg_read_file('/etc/hostname')`],
    ['run a program on the server', `copy (select 1) to program 'true'`],
  ])('may not %s', async (_what, statement) => {
    await expect(query(own, statement)).rejects.toMatchObject(denied);
  });

  it('finds the extensions that need a superuser to be made', async () => {
    expect(await query(own, `select unaccent('Ångström') as plain`)).toEqual([
      { plain: 'Angstrom' },
    ]);
  });

  it('is refused with another password, and after the password was set anew', async () => {
    await expect(query({ ...own, password: 'wrong' }, 'select 1')).rejects.toMatchObject(
      wrongPassword,
    );
    const renewed = await ensureServiceDatabase(
      postgres.server,
      'channel-gateway',
      // Characters that mean something in a URL and in SQL.
      `it's/${randomBytes(8).toString('hex')}@:%\\`,
    );
    expect(await query(renewed, 'select 1 as one')).toEqual([{ one: 1 }]);
    await expect(query(own, 'select 1')).rejects.toMatchObject(wrongPassword);
    own = renewed;
  });

  it('ends every connection when it is closed, also when only the pool was used', async () => {
    const database = connectDatabase({ ...own, applicationName: 'closing' });
    await database.pool.query('select 1');
    await database.close();
    const admin = await postgres.server.connect();
    const { rows } = await admin.query(
      `select pid from pg_stat_activity where application_name = 'closing'`,
    );
    await admin.end();
    expect(rows).toEqual([]);
  });
});
