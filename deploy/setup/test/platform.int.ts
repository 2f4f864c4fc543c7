import { runnerCredentials } from '@made-open/bus';
import { streams } from '@made-open/contracts';
import { ChildServer, freePort, natsServerBinary, PostgresServer } from '@made-open/local-parts';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setUpNats } from '../src/platform/set-up-nats.ts';
import { openWhenUp, setUpPostgres } from '../src/platform/set-up-postgres.ts';
import { installationSecrets, type Secrets } from '../src/secrets/installation-secrets.ts';

/** A folder that a server of another user may enter. */
function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'setup-'));
  chmodSync(folder, 0o755);
  return folder;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectSocket(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

describe('setting up NATS', () => {
  const folder = makeFolder();
  let secrets: Secrets;
  let server: ChildServer;
  let port: number;

  beforeAll(async () => {
    secrets = await installationSecrets({});
    port = await freePort();
    const file = join(folder, 'nats-server.conf');
    writeFileSync(join(folder, 'identity.conf'), secrets['nats-server']?.['identity.conf'] ?? '');
    writeFileSync(
      file,
      `listen: 127.0.0.1:${String(port)}
      # A service's token with its rights is longer than the usual 4 KB.
      max_control_line: 16KB
      # Set aside and never used: a disk that is nearly full is none of this.
      jetstream { store_dir: ${JSON.stringify(join(folder, 'jetstream'))}, max_file_store: 200GB }
      resolver: { type: full, dir: ${JSON.stringify(join(folder, 'accounts'))}, allow_delete: false }
      include ./identity.conf`,
    );
    server = await ChildServer.start({
      name: 'nats-server',
      command: await natsServerBinary(),
      args: ['-c', file],
      stopSignal: 'SIGTERM',
      isReady: () => accepts(port),
    });
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  function setUp(): Promise<void> {
    return setUpNats({
      url: `nats://127.0.0.1:${String(port)}`,
      administrator: secrets['setup']?.['administrator.creds'] ?? '',
      system: secrets['setup']?.['system.creds'] ?? '',
      accountJwt: secrets['setup']?.['account.jwt'] ?? '',
    });
  }

  function open(name: string, key: string): Promise<NatsConnection> {
    const credentials = new TextEncoder().encode(secrets[name]?.[key]);
    return connect({ port, authenticator: credsAuthenticator(credentials), reconnect: false });
  }

  it('makes all streams, again and again, and lets services in', async () => {
    await setUp();
    await setUp();
    const administrator = await open('setup', 'administrator.creds');
    const manager = await jetstreamManager(administrator);
    const names = await manager.streams.names().next();
    expect(names.toSorted()).toEqual(streams.map(({ name }) => name).toSorted());
    await administrator.close();
    const service = await open('etl', 'nats.creds');
    await service.close();
  });

  it('keeps JetStream to the limits of the account, and the streams fit', async () => {
    const gibibyte = 1024 ** 3;
    const limits = { memoryBytes: gibibyte, diskBytes: 60 * gibibyte, streams: 32, consumers: 500 };
    secrets = await installationSecrets(secrets, { limits });
    await setUp();
    const administrator = await open('setup', 'administrator.creds');
    const manager = await jetstreamManager(administrator);
    expect((await manager.getAccountInfo()).limits).toMatchObject({
      max_memory: gibibyte,
      max_storage: 60 * gibibyte,
      max_streams: 32,
      max_consumers: 500,
    });
    const names = await manager.streams.names().next();
    await expect(
      manager.streams.add({ name: 'TOO_MUCH', subjects: ['too.much'], max_bytes: 61 * gibibyte }),
    ).rejects.toThrow(/resource|limit|storage/u);
    expect(names.toSorted()).toEqual(streams.map(({ name }) => name).toSorted());
    await administrator.close();
  });

  it('brings the account of a later version to the server while it runs', async () => {
    const before = await open('etl', 'nats.creds');
    secrets = await installationSecrets(secrets);
    await setUp();
    expect(before.isClosed()).toBe(false);
    await before.close();
    const service = await open('plugin-manager', 'nats.creds');
    await service.close();
  });

  it('ends users of a signing key that was taken out, and lets those of the next one in', async () => {
    const enter = async (): Promise<NatsConnection> => {
      const { 'nats-account': accountPublicKey = '', 'runner-signing.seed': signingSeed = '' } =
        secrets['plugin-manager'] ?? {};
      const text = await runnerCredentials({ accountPublicKey, signingSeed }, 'com.example.a');
      const authenticator = credsAuthenticator(new TextEncoder().encode(text));
      return connect({ port, authenticator, reconnect: false, inboxPrefix: '_INBOX.a' });
    };
    const before = await enter();
    const credentialsBefore = secrets;
    const service = await open('etl', 'nats.creds');
    const { 'runner-signing.seed': _taken, ...kept } = secrets['nats-identity'] ?? {};
    secrets = await installationSecrets({ ...secrets, 'nats-identity': kept });
    await setUp();
    await before.closed();
    expect(service.isClosed()).toBe(false);
    await service.close();
    await (await enter()).close();
    const next = secrets;
    secrets = credentialsBefore;
    await expect(enter()).rejects.toThrow(/uthorization/u);
    secrets = next;
  });
});

describe('setting up PostgreSQL', () => {
  const folder = makeFolder();
  const password = 'of the administrator';
  let server: PostgresServer;
  let url: string;

  beforeAll(async () => {
    const port = await freePort();
    server = await PostgresServer.start({ dataDir: join(folder, 'data'), port, password });
    url = `postgres://postgres@127.0.0.1:${String(port)}/postgres`;
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  it('lets a service in at the very end, with a schema of its own', async () => {
    const asEtl = { url: url.replace('postgres@', 'etl@'), password: 'of etl' };
    const waiting = openWhenUp(asEtl);
    await setUpPostgres({ url, password }, { etl: 'of etl', rules: 'of rules' });
    await setUpPostgres({ url, password }, { etl: 'of etl', rules: 'of rules' });
    const client = await waiting;
    await client.query('create table etl.here (id int)');
    const { rows } = await client.query(
      "select schemaname from pg_tables where tablename = 'here'",
    );
    expect(rows).toEqual([{ schemaname: 'etl' }]);
    await expect(client.query('create table rules.there (id int)')).rejects.toThrow(
      'permission denied',
    );
    await client.end();
  });

  it('needs no superuser on a server of somebody else', async () => {
    const superuser = await openWhenUp({ url, password });
    await superuser.query("create role landlord createrole login password 'x'");
    await superuser.query('grant create on database postgres to landlord');
    await superuser.query('alter schema public owner to landlord');
    await superuser.end();
    await setUpPostgres(
      { url: url.replace('postgres@', 'landlord@'), password: 'x' },
      { guest: 'y' },
    );
    const guest = await openWhenUp({ url: url.replace('postgres@', 'guest@'), password: 'y' });
    await guest.query('create table guest.here (id int)');
    await guest.end();
  });
});
