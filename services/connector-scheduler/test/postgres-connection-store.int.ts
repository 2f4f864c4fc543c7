import { RunState } from '@made-open/contracts';
import { connectDatabase, migrate, type Database, type DatabaseOptions } from '@made-open/postgres';
import { TestPlatform } from '@made-open/testing';
import { uuidv7 } from 'uuidv7';
import { migrations } from '../src/connections/migrations.ts';
import { PostgresConnectionStore } from '../src/connections/postgres-connection-store.ts';
import type { SchedulerTables } from '../src/connections/tables.ts';
import { aRun } from './builders.ts';
import { connectionStoreContract } from './contracts/connection-store.contract.ts';

describe('PostgresConnectionStore', () => {
  let platform: TestPlatform;
  let options: DatabaseOptions;
  let database: Database<SchedulerTables>;

  beforeAll(async () => {
    platform = await TestPlatform.start();
    options = await platform.database('connector-scheduler');
  });
  afterAll(() => platform?.stop());
  afterEach(() => database.close());

  async function open(maxConnections = 10) {
    const superuser = await platform.postgres.connect();
    await superuser.query('drop schema connector_scheduler cascade');
    await superuser.query('create schema connector_scheduler authorization connector_scheduler');
    await superuser.end();
    await migrate(options, migrations);
    database = connectDatabase<SchedulerTables>({ ...options, maxConnections });
    const published = () =>
      database.db.selectFrom('outbox').select(['subject', 'payload']).orderBy('id').execute();
    return { store: new PostgresConnectionStore(database.db, () => undefined), published };
  }

  connectionStoreContract(() => open());

  it('keeps a second open run of a connection out, whoever writes it', async () => {
    const { store } = await open();
    const save = (runId: string, state: RunState) =>
      store.withConnection('c1', (connection) => connection.saveRun(aRun({ runId, state })));
    await save(uuidv7(), RunState.PARKED);
    await save(uuidv7(), RunState.FAILED);
    await expect(save(uuidv7(), RunState.QUEUED)).rejects.toThrow('run_open');
  });

  it('finds what is due, a page and old runs by index among many rows', async () => {
    const { store } = await open(1);
    await database.pool.query(
      `insert into run select gen_random_uuid(), 'c' || n % 1000, 's', 'p', 'manual', 3, n, 1, 1, 0, now(), now(), now(), null, null, null, null, false
       from generate_series(1, 50000) n`,
    );
    await database.pool.query(
      `insert into schedule select 'c' || n, 's', 'p', 1, now(), 'active', '', '', now() + interval '1 hour', 'schedule', null
       from generate_series(1, 20000) n`,
    );
    await database.pool.query('analyze');
    const reads = async (work: () => Promise<unknown>): Promise<number> => {
      const before = await sequentialRows();
      await work();
      return (await sequentialRows()) - before;
    };
    expect(await reads(() => store.due(100))).toBe(0);
    expect(await reads(() => store.runs('c7', '', 50))).toBe(0);
    expect(await reads(() => store.findRun(uuidv7()))).toBe(0);
    expect(await reads(() => store.active('c5', 100))).toBe(0);
    expect(await reads(() => store.forget(1, 100))).toBe(0);
    expect(await reads(() => store.withConnection('c7', () => Promise.resolve()))).toBe(0);
    // So that the measure itself is seen to work.
    expect(await reads(() => database.pool.query('select count(state) from run'))).toBe(50_000);
  });

  /** Rows that the one connection of the pool read without an index so far. */
  async function sequentialRows(): Promise<number> {
    await database.pool.query('select pg_stat_force_next_flush()');
    const { rows } = await database.pool.query<{ n: number }>(
      `select sum(seq_tup_read)::int as n from pg_stat_user_tables where schemaname = 'connector_scheduler'`,
    );
    return rows[0]?.n ?? 0;
  }
});
