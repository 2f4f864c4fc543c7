import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { ChildServer } from './child-server.ts';
import { ServerStartError } from './errors.ts';
import { endLeftOver } from './left-over.ts';
import { postgresHome } from './postgres-binaries.ts';
import { unprivilegedUser } from './unprivileged-user.ts';

export interface PostgresServerOptions {
  /** Made when absent; as root it must be a folder that `nobody` can enter. */
  readonly dataDir: string;
  readonly port: number;
  readonly password: string;
  readonly onOutput?: (text: string) => void;
}

const run = promisify(execFile);

const settings: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_buffers: '256MB',
  max_wal_size: '4GB',
  max_connections: '200',
  // Statements and details of errors hold people's data, and passwords when a role is made.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

/** A PostgreSQL 18 of our own on the loopback address. */
export class PostgresServer {
  readonly #server: ChildServer;
  readonly #options: PostgresServerOptions;

  private constructor(server: ChildServer, options: PostgresServerOptions) {
    this.#server = server;
    this.#options = options;
  }

  static async start(options: PostgresServerOptions): Promise<PostgresServer> {
    const home = postgresHome();
    const user = unprivilegedUser();
    const spawn = { ...user, cwd: '/', env: { LC_ALL: 'C', PATH: process.env['PATH'] ?? '' } };
    if (!existsSync(join(options.dataDir, 'PG_VERSION'))) await initialise(home, options, spawn);
    await endLeftOver(join(options.dataDir, 'postmaster.pid'), options.dataDir);
    const args = Object.entries({ ...settings, port: String(options.port) }).flatMap(
      ([name, value]) => ['-c', `${name}=${value}`],
    );
    const server = await ChildServer.start({
      name: 'PostgreSQL',
      command: join(home, 'bin', 'postgres'),
      args: ['-D', options.dataDir, ...args],
      spawn,
      stopSignal: 'SIGINT',
      isReady: (pid) => answers(options, pid),
      ...(options.onOutput === undefined ? {} : { onOutput: options.onOutput }),
    });
    return new PostgresServer(server, options);
  }

  get pid(): number {
    return this.#server.pid;
  }

  get port(): number {
    return this.#options.port;
  }

  get exited(): Promise<number | null> {
    return this.#server.exited;
  }

  /** A connection as superuser, for the init step and for tests. */
  async connect(): Promise<Client> {
    const client = new Client(superuser(this.#options));
    await client.connect();
    return client;
  }

  /** A fast shutdown: open transactions are rolled back. */
  stop(): Promise<void> {
    return this.#server.stop();
  }
}

function superuser({ port, password }: PostgresServerOptions): { [key: string]: string | number } {
  return { host: '127.0.0.1', port, user: 'postgres', database: 'postgres', password };
}

async function answers(options: PostgresServerOptions, pid: number): Promise<boolean> {
  if (!isUp(join(options.dataDir, 'postmaster.pid'), pid)) return false;
  const client = new Client({ ...superuser(options), connectionTimeoutMillis: 1000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

/** PostgreSQL writes its number into the first line, and into the last one how it is. */
function isUp(pidFile: string, pid: number): boolean {
  if (!existsSync(pidFile)) return false;
  const lines = readFileSync(pidFile, 'utf8').split('\n');
  return lines[0] === String(pid) && lines[7]?.trim() === 'ready';
}

/** Beside its place and then renamed: what a killed initdb leaves would be taken for a database. */
async function initialise(
  home: string,
  options: PostgresServerOptions,
  spawn: { uid?: number; gid?: number; cwd: string; env: NodeJS.ProcessEnv },
): Promise<void> {
  const fresh = `${options.dataDir}.new`;
  const passwordFile = `${options.dataDir}.password`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, options.password, { mode: 0o600 });
  if (spawn.uid !== undefined && spawn.gid !== undefined)
    for (const path of [fresh, passwordFile]) chownSync(path, spawn.uid, spawn.gid);
  const args = ['-D', fresh, '-U', 'postgres', '-A', 'scram-sha-256', '--pwfile', passwordFile];
  const locale = ['-E', 'UTF8', '--locale', 'C', '--no-instructions'];
  try {
    await run(join(home, 'bin', 'initdb'), [...args, ...locale], spawn);
    renameSync(fresh, options.dataDir);
  } catch (error) {
    throw new ServerStartError('initdb', initdbOutput(error));
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(fresh, { recursive: true, force: true });
  }
}

function initdbOutput(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
  return `${message}\n${output}`;
}
