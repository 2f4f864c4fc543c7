import { eventually, temporaryFolder } from '@made-open/testing';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, PostgresServer, ServerStartError } from '../src/index.ts';
import { isAlive, orphaning } from './processes.ts';

describe('PostgresServer', () => {
  let folder: string;
  let dataDir: string;
  const password = 'only-for-this-test';
  const started: PostgresServer[] = [];
  const others: ChildProcess[] = [];

  beforeEach(() => {
    folder = temporaryFolder();
    dataDir = join(folder, 'postgres');
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((server) => server.stop()));
    for (const other of others.splice(0)) other.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(port?: number): Promise<PostgresServer> {
    const server = await PostgresServer.start({
      dataDir,
      port: port ?? (await freePort()),
      password,
    });
    started.push(server);
    return server;
  }

  async function query(server: PostgresServer, text: string): Promise<Record<string, unknown>[]> {
    const client = await server.connect();
    try {
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end();
    }
  }

  it('keeps its data from one start to the next, on another port too', async () => {
    const first = await start();
    await query(first, 'create table kept as select 42 as answer');
    await first.stop();
    expect(await query(await start(), 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  it('lets nobody in without a password, and keeps its files to itself', async () => {
    const server = await start();
    const [row] = await query(
      server,
      `select count(*)::int as n from pg_hba_file_rules where auth_method <> 'scram-sha-256'`,
    );
    expect(row).toEqual({ n: 0 });
    expect(statSync(dataDir).mode & 0o077).toBe(0);
    expect(readdirSync(folder)).toEqual(['postgres']); // the file with the password is gone
  });

  it('has every committed row after kill -9', async () => {
    const first = await start();
    await query(first, 'create table kept as select generate_series(1, 1000) as n');
    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    expect(await query(await start(), 'select count(*)::int as n from kept')).toEqual([
      { n: 1000 },
    ]);
  });

  it('ends the server that a killed supervisor left, and takes over its data', async () => {
    const left = await start();
    await query(left, 'create table kept as select 1 as n');
    const next = await start();
    await left.exited;
    expect(isAlive(left.pid)).toBe(false);
    expect(await query(next, 'select n from kept')).toEqual([{ n: 1 }]);
  });

  it('leaves a stranger alone whose number stands in an old pid file', async () => {
    await (await start()).stop();
    const stranger = spawn('sleep', ['600']);
    others.push(stranger);
    writeFileSync(join(dataDir, 'postmaster.pid'), `${String(stranger.pid)}\n${dataDir}\n`);
    const server = await start();
    expect(isAlive(stranger.pid)).toBe(true);
    expect(await query(server, 'select 1 as n')).toEqual([{ n: 1 }]);
  });

  it('begins anew where an initdb was killed half way', async () => {
    mkdirSync(`${dataDir}.new`);
    writeFileSync(join(`${dataDir}.new`, 'PG_VERSION'), '18\n');
    expect(await query(await start(), 'select 1 as n')).toEqual([{ n: 1 }]);
    expect(existsSync(`${dataDir}.new`)).toBe(false);
  });

  it('says what the server said when it does not start', async () => {
    const taken = await start();
    dataDir = join(folder, 'second');
    const error: unknown = await start(taken.port).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ServerStartError);
    expect(String(error)).toContain('could not bind');
  });

  it('ends when the process that started it is killed', async () => {
    const { pid, supervisor } = await orphaning(
      `await PostgresServer.start({ dataDir: ${JSON.stringify(dataDir)}, port: ${String(await freePort())}, password: 'p' })`,
    );
    expect(isAlive(pid)).toBe(true);
    supervisor.kill('SIGKILL');
    await eventually(() => expect(isAlive(pid)).toBe(false));
  });
});
