import { connectDatabase } from '@made-open/postgres';
import { TestPlatform } from '@made-open/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runService } from '../src/index.ts';
import { etlEnvironment } from './etl-environment.ts';

describe('a service that is to migrate only', () => {
  let platform: TestPlatform;
  let folder: string;

  beforeAll(async () => {
    platform = await TestPlatform.start();
    folder = mkdtempSync(join(tmpdir(), 'made-open-nest-'));
  });
  afterAll(async () => {
    await platform.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('brings its schema to this version without NATS, and ends', async () => {
    const database = await platform.database('etl');
    const { DATABASE_URL, DATABASE_PASSWORD_FILE } = etlEnvironment(platform, database, folder);
    await runService({
      name: 'etl',
      environment: { MIGRATE_ONLY: '1', DATABASE_URL, DATABASE_PASSWORD_FILE },
      readConfig: () => {
        throw new Error('what the service reads beside is of no concern');
      },
      migrations: {
        '0001-first': {
          up: (db) => db.schema.createTable('first').addColumn('id', 'text').execute(),
        },
      },
      module: () => {
        throw new Error('nothing is to be served');
      },
    });
    const reader = connectDatabase(database);
    const { rows } = await reader.pool.query(
      "select schemaname from pg_tables where tablename = 'first'",
    );
    await reader.close();
    expect(rows).toEqual([{ schemaname: 'etl' }]);
  });
});
