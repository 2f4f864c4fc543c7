import { serviceNames } from '@made-open/contracts';
import { enterableFolder } from '@made-open/local';
import { makeNatsIdentity, onFreePort, PostgresServer } from '@made-open/local-parts';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { PostgresTools } from './postgres-tools.ts';
import type { Story } from './story.ts';

const run = promisify(execFile);
const roles = serviceNames
  .filter((name) => name !== 'plugin-runner')
  .map((name) => name.replaceAll('-', '_'));
const root = fileURLToPath(new URL('../../../..', import.meta.url));

/** A back-up as the operator's guide has it: the database, the files, and the wallet's keys in another place. */
export class BackUp {
  readonly #tools: PostgresTools;
  readonly #folder: string;
  #walletKeys: Readonly<Record<string, unknown>> = {};

  constructor(tools: PostgresTools, folder: string) {
    this.#tools = tools;
    this.#folder = folder;
  }

  get #dump(): string {
    return join(this.#folder, 'made-open.dump');
  }

  /** Of a platform that goes on meanwhile. */
  async take(story: Story): Promise<void> {
    const { ports, secrets } = story.platform;
    const database = { port: ports.postgres, password: secrets.postgresPassword };
    const options = ['--format=custom', `--file=${this.#dump}`, 'postgres'];
    await this.#tools.run('pg_dump', options, database);
    await this.#setUp('back-up-files', story);
    const { kek, walletSigning, walletSealing } = secrets;
    this.#walletKeys = { kek, walletSigning, walletSealing };
  }

  /** Into the folder of a platform that has never run: another database server with other passwords. */
  async bringDatabase(dataDir: string): Promise<void> {
    const password = randomBytes(16).toString('hex');
    const secrets = await this.#newSecrets(password);
    writeFileSync(join(dataDir, 'secrets.json'), JSON.stringify(secrets), { mode: 0o600 });
    const data = join(enterableFolder(dataDir), 'postgres');
    const server = await onFreePort((port) =>
      PostgresServer.start({ dataDir: data, port, password }),
    );
    try {
      const database = { port: server.port, password };
      for (const role of roles)
        await this.#tools.run('psql', ['--command', `create role ${role}`], database);
      const options = ['--exit-on-error', '--dbname=postgres', this.#dump];
      await this.#tools.run('pg_restore', options, database);
    } finally {
      await server.stop();
    }
  }

  /** Once the streams are there. */
  async bringFiles(story: Story): Promise<void> {
    await this.#setUp('restore-files', story);
  }

  /** Has every connection announced anew; gives how many. */
  async announce({ platform }: Story): Promise<number> {
    const password = join(this.#folder, 'manager-password');
    writeFileSync(password, platform.secrets.databasePasswords['plugin-manager'] ?? '', {
      mode: 0o600,
    });
    const program = join(root, 'services', 'plugin-manager', 'dist', 'main.js');
    const { stdout } = await run(process.execPath, [program, 'announce'], {
      env: {
        DATABASE_URL: `postgres://plugin_manager@127.0.0.1:${String(platform.ports.postgres)}/postgres`,
        DATABASE_PASSWORD_FILE: password,
      },
    });
    const { announced }: { announced: number } = JSON.parse(stdout);
    return announced;
  }

  /** What a new installation makes by itself, but for the keys of the wallet. */
  async #newSecrets(postgresPassword: string): Promise<object> {
    const { accountSeed } = await makeNatsIdentity();
    return {
      natsAccountSeed: accountSeed,
      postgresPassword,
      databasePasswords: {},
      ...this.#walletKeys,
    };
  }

  /** A command of the setup image. */
  async #setUp(command: string, { platform }: Story): Promise<void> {
    const secrets = join(this.#folder, 'secrets');
    mkdirSync(join(secrets, 'setup'), { recursive: true, mode: 0o700 });
    const credentials = platform.secrets.nats.credentials['administrator'] ?? '';
    writeFileSync(join(secrets, 'setup', 'administrator.creds'), credentials, { mode: 0o600 });
    await run(process.execPath, [join(root, 'deploy', 'setup', 'dist', 'main.js'), command], {
      env: {
        NATS_URL: `nats://127.0.0.1:${String(platform.ports.nats)}`,
        SECRETS_DIR: secrets,
        FILES_ARCHIVE: join(this.#folder, 'files.jsonl'),
      },
    });
  }
}
