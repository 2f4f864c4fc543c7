import { startService, type RunningService } from '@made-open/nest';
import { connectDatabase, type Database, type DatabaseOptions } from '@made-open/postgres';
import { eventually, TestPlatform } from '@made-open/testing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rules } from '../src/service.ts';

let platform: TestPlatform;
let folder: string;
let options: DatabaseOptions;
let database: Database<unknown>;

function start(): Promise<RunningService> {
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  return startService({
    ...rules,
    environment: {
      NATS_URL: platform.nats.url,
      NATS_CREDENTIALS_FILE: file('nats.creds', platform.credentials('rules')),
      DATABASE_URL: options.url,
      DATABASE_PASSWORD_FILE: file('password', options.password),
      LOG_LEVEL: 'fatal',
    },
  });
}

beforeAll(async () => {
  platform = await TestPlatform.start();
  folder = mkdtempSync(join(tmpdir(), 'made-open-rules-'));
  options = await platform.database('rules');
  database = connectDatabase(options);
});
afterAll(async () => {
  await database?.close();
  await platform?.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('rules', () => {
  it('starts, is ready, owns its schema, and stops; and again on the same data', async () => {
    for (let round = 0; round < 2; round++) {
      const service = await start();
      const url = `http://127.0.0.1:${String(service.healthPort)}`;
      expect((await fetch(`${url}/health/ready`)).status).toBe(200);
      const { rows } = await database.pool.query(
        "select table_name from information_schema.tables where table_schema = 'rules' and table_name in ('rule', 'execution')",
      );
      expect(rows).toHaveLength(2);
      await service.stop();
      await expect(fetch(`${url}/health/live`)).rejects.toThrow();
    }
  });

  it('is not ready while PostgreSQL is away, and lives on', async () => {
    const service = await start();
    const url = `http://127.0.0.1:${String(service.healthPort)}`;
    const ready = async (): Promise<number> => (await fetch(`${url}/health/ready`)).status;
    const administrator = await platform.postgres.connect();
    await administrator.query('alter role rules nologin');
    await administrator.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'rules'",
    );
    await eventually(async () => expect(await ready()).toBe(503));
    await administrator.query('alter role rules login');
    await administrator.end();
    await eventually(async () => expect(await ready()).toBe(200));
    await service.stop();
  });
});
