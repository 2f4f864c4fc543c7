import { ensureServiceDatabase, onFreePort, PostgresServer } from '@made-open/local-parts';
import { temporaryFolder } from '@made-open/testing';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseOptions } from '../src/index.ts';

/** A PostgreSQL of one test file, with a schema and role for each name. */
export class TestDatabase {
  readonly server: PostgresServer;
  readonly #folder: string;

  private constructor(server: PostgresServer, folder: string) {
    this.server = server;
    this.#folder = folder;
  }

  static async start(): Promise<TestDatabase> {
    const folder = temporaryFolder();
    const server = await onFreePort((port) =>
      PostgresServer.start({
        dataDir: join(folder, 'postgres'),
        port,
        password: randomBytes(16).toString('hex'),
      }),
    );
    return new TestDatabase(server, folder);
  }

  schema(name: string): Promise<DatabaseOptions> {
    return ensureServiceDatabase(this.server, name, randomBytes(16).toString('hex'));
  }

  async stop(): Promise<void> {
    await this.server.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
