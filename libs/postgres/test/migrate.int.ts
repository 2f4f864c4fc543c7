import { sql, type Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import {
  connectDatabase,
  migrate,
  UnknownMigrationError,
  type DatabaseOptions,
} from '../src/index.ts';
import { TestDatabase } from './test-database.ts';

interface Schema {
  thing: { name: string };
}

const makeThing: Migration = {
  up: async (db: Kysely<unknown>) => {
    await sql`create table thing (name text primary key)`.execute(db);
  },
};
/** Fails when it runs a second time, and lasts long enough for a second starter to come. */
const fillThing: Migration = {
  up: async (db: Kysely<unknown>) => {
    await sql`select pg_sleep(0.3)`.execute(db);
    await sql`insert into thing values ('once')`.execute(db);
  },
};
const failing: Migration = {
  up: async (db: Kysely<unknown>) => {
    await sql`insert into thing values ('half')`.execute(db);
    await sql`select 1 / 0`.execute(db);
  },
};

describe('migrate', () => {
  let postgres: TestDatabase;
  let schemas = 0;

  beforeAll(async () => {
    postgres = await TestDatabase.start();
  });
  afterAll(() => postgres?.stop());

  const newSchema = (): Promise<DatabaseOptions> =>
    postgres.schema(`migrated-${String(++schemas)}`);

  async function names(options: DatabaseOptions): Promise<string[]> {
    const database = connectDatabase<Schema>(options);
    try {
      return (await database.db.selectFrom('thing').select('name').execute()).map(
        ({ name }) => name,
      );
    } finally {
      await database.close();
    }
  }

  it('lets two starters bring a new schema up together, each step once', async () => {
    const options = await newSchema();
    const migrations = { '0001-thing': makeThing, '0002-fill': fillThing };
    await Promise.all([migrate(options, migrations), migrate(options, migrations)]);
    expect(await names(options)).toEqual(['once']);
  });

  it('adds what came with an update, and nothing when there is nothing new', async () => {
    const options = await newSchema();
    await migrate(options, { '0001-thing': makeThing });
    expect(await names(options)).toEqual([]);
    for (let start = 0; start < 2; start++)
      await migrate(options, { '0001-thing': makeThing, '0002-fill': fillThing });
    expect(await names(options)).toEqual(['once']);
  });

  it('refuses a schema that a newer version has used, naming the migration, and leaves it as it is', async () => {
    const options = await newSchema();
    await migrate(options, { '0001-thing': makeThing, '0002-fill': fillThing });
    const older = migrate(options, { '0001-thing': makeThing });
    await expect(older).rejects.toThrow(UnknownMigrationError);
    await expect(older).rejects.toThrow('"0002-fill"');
    expect(await names(options)).toEqual(['once']);
  });

  it('leaves nothing of a migration that fails half way', async () => {
    const options = await newSchema();
    await migrate(options, { '0001-thing': makeThing });
    await expect(
      migrate(options, { '0001-thing': makeThing, '0002-failing': failing }),
    ).rejects.toThrow('division by zero');
    expect(await names(options)).toEqual([]);
  });
});
