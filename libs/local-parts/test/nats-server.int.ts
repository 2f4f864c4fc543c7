import { eventually, temporaryFolder } from '@made-open/testing';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, makeNatsIdentity, NatsServer, type NatsIdentity } from '../src/index.ts';
import { isAlive, orphaning } from './processes.ts';

describe('NatsServer', () => {
  let folder: string;
  let identity: NatsIdentity;
  const started: NatsServer[] = [];
  const others: ChildProcess[] = [];

  beforeAll(async () => {
    identity = await makeNatsIdentity();
  });
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((server) => server.stop()));
    for (const other of others.splice(0)) other.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(who = identity, dataDir = folder, port?: number): Promise<NatsServer> {
    const server = await NatsServer.start({
      dataDir,
      port: port ?? (await freePort()),
      identity: who,
    });
    started.push(server);
    return server;
  }

  async function publish(server: NatsServer, text: string): Promise<void> {
    const nats = await server.connectAdministrator();
    const manager = await jetstreamManager(nats);
    await manager.streams.add({ name: 'KEPT', subjects: ['kept'] });
    await jetstream(nats).publish('kept', text);
    await nats.close();
  }

  async function stored(server: NatsServer): Promise<string | undefined> {
    const nats = await server.connectAdministrator();
    const message = await (await jetstreamManager(nats)).streams.getMessage('KEPT', { seq: 1 });
    await nats.close();
    return message?.string();
  }

  it('keeps its streams from one start to the next', async () => {
    const first = await start();
    await publish(first, 'kept');
    await first.stop();
    expect(await stored(await start())).toBe('kept');
  });

  it('keeps its streams when the identity is made anew for the same account', async () => {
    const first = await start();
    await publish(first, 'kept');
    await first.stop();
    const anew = await makeNatsIdentity({ accountSeed: identity.accountSeed });
    expect(anew.accountPublicKey).toBe(identity.accountPublicKey);
    expect(anew.credentials['etl']).not.toBe(identity.credentials['etl']);
    expect(await stored(await start(anew))).toBe('kept');
  });

  it('has every acknowledged message after kill -9', async () => {
    const first = await start();
    await publish(first, 'kept');
    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    expect(await stored(await start())).toBe('kept');
  });

  it('ends the server that a killed supervisor left, and takes over its data', async () => {
    const left = await start();
    await publish(left, 'kept');
    const next = await start();
    await left.exited;
    expect(isAlive(left.pid)).toBe(false);
    expect(await stored(next)).toBe('kept');
  });

  it('leaves a stranger alone whose number stands in an old pid file', async () => {
    const stranger = spawn('sleep', ['600']);
    others.push(stranger);
    writeFileSync(join(folder, 'nats-server.pid'), String(stranger.pid));
    await start();
    expect(isAlive(stranger.pid)).toBe(true);
  });

  it('says what the server said when its port is taken, also by another nats-server', async () => {
    const taken = await start();
    const port = Number(new URL(taken.url).port);
    await expect(start(identity, join(folder, 'second'), port)).rejects.toThrow(
      'address already in use',
    );
  });

  it('keeps its configuration to its owner', async () => {
    await start();
    expect(statSync(join(folder, 'nats-server.conf')).mode & 0o077).toBe(0);
  });

  it('ends when the process that started it is killed', async () => {
    const { pid, supervisor } = await orphaning(
      `await NatsServer.start({ dataDir: ${JSON.stringify(folder)}, port: ${String(await freePort())}, identity: await makeNatsIdentity() })`,
    );
    expect(isAlive(pid)).toBe(true);
    supervisor.kill('SIGKILL');
    await eventually(() => expect(isAlive(pid)).toBe(false));
  });
});
