import { startService, type RunningService } from '@made-open/nest';
import { connectDatabase, type Database } from '@made-open/postgres';
import { TestPlatform } from '@made-open/testing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { searchIndexer } from '../src/service.ts';

/** The service with real PostgreSQL and nats-server. */
export class IndexerFixture {
  readonly platform: TestPlatform;
  readonly database: Database<unknown>;
  readonly #folder: string;
  readonly #environment: NodeJS.ProcessEnv;
  #service: RunningService | undefined;

  private constructor(
    parts: Pick<IndexerFixture, 'platform' | 'database'>,
    folder: string,
    started: { readonly service: RunningService; readonly environment: NodeJS.ProcessEnv },
  ) {
    this.platform = parts.platform;
    this.database = parts.database;
    this.#folder = folder;
    this.#service = started.service;
    this.#environment = started.environment;
  }

  static async start(): Promise<IndexerFixture> {
    const platform = await TestPlatform.start();
    const folder = mkdtempSync(join(tmpdir(), 'made-open-search-'));
    const options = await platform.database('search-indexer');
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text, { mode: 0o600 });
      return join(folder, name);
    };
    const environment = {
      NATS_URL: platform.nats.url,
      NATS_CREDENTIALS_FILE: file('nats.creds', platform.credentials('search-indexer')),
      DATABASE_URL: options.url,
      DATABASE_PASSWORD_FILE: file('password', options.password),
      LOG_LEVEL: 'fatal',
    };
    const service = await startService({ ...searchIndexer, environment });
    const database = connectDatabase(options);
    return new IndexerFixture({ platform, database }, folder, { service, environment });
  }

  get healthPort(): number {
    return this.#service?.healthPort ?? 0;
  }

  async restart(): Promise<void> {
    await this.stopService();
    this.#service = await startService({ ...searchIndexer, environment: this.#environment });
  }

  async stopService(): Promise<void> {
    await this.#service?.stop();
    this.#service = undefined;
  }

  async stop(): Promise<void> {
    await this.stopService();
    await this.database.close();
    await this.platform.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
