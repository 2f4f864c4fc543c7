import { provision, runnerCredentials } from '@made-open/bus';
import { streams } from '@made-open/contracts';
import { temporaryFolder } from '@made-open/testing';
import { AckPolicy, jetstreamManager } from '@nats-io/jetstream';
import { connect, credsAuthenticator, errors, type NatsConnection } from '@nats-io/transport-node';
import { rmSync } from 'node:fs';
import { freePort, makeNatsIdentity, NatsServer, type NatsIdentity } from '../src/index.ts';

const ownPlugin = 'com.example.own';
const services = [
  'plugin-manager',
  'connector-scheduler',
  'etl',
  'search-indexer',
  'channel-gateway',
  'credential-wallet',
  'rules',
];

/** Every right here is the server's to refuse: what a process that was taken over could try. */
describe('rights on NATS', () => {
  let folder: string;
  let identity: NatsIdentity;
  let server: NatsServer;
  const open: NatsConnection[] = [];

  beforeAll(async () => {
    folder = temporaryFolder();
    identity = await makeNatsIdentity();
    server = await NatsServer.start({ dataDir: folder, port: await freePort(), identity });
    const administrator = await server.connectAdministrator();
    await provision(administrator);
    await administrator.close();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((connection) => connection.close()));
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function as(credentials: string, inboxPrefix: string): Promise<NatsConnection> {
    const connection = await connect({
      servers: server.url,
      authenticator: credsAuthenticator(new TextEncoder().encode(credentials)),
      inboxPrefix,
      reconnect: false,
    });
    open.push(connection);
    return connection;
  }

  const service = (name: string): Promise<NatsConnection> =>
    as(identity.credentials[name] ?? '', `_INBOX.${name}`);

  async function runner(): Promise<NatsConnection> {
    const signer = {
      accountPublicKey: identity.accountPublicKey,
      signingSeed: identity.runnerSigningSeed,
    };
    return as(await runnerCredentials(signer, ownPlugin), '_INBOX.plugin-runner.com_example_own');
  }

  /** What the server says to the next fault of a connection; undefined when it has answered without one. */
  async function refusal(nats: NatsConnection, act: () => void): Promise<string | undefined> {
    const said: string[] = [];
    void (async () => {
      for await (const status of nats.status())
        if (status.type === 'error' && status.error instanceof errors.PermissionViolationError)
          said.push(`${status.error.operation} ${status.error.subject}`);
    })();
    act();
    await nats.flush(); // its answer comes behind the error
    await new Promise((resolve) => setImmediate(resolve)); // and the listener above hears last
    return said[0];
  }

  it.each([
    ['the items of another plugin', 'items.com_example_other.c1'],
    ['another plugin’s commands', 'cmd.plugin_runner.RunSync.com_example_other'],
    ['a fact of the platform', 'data.PersonCreated'],
    ['an outcome of a run', 'connector.SyncCompleted'],
    ['a made-up message of a channel', 'communication.MessageReceived'],
    ['an answer to somebody', '_INBOX.channel-gateway.x.1'],
    ['another plugin’s consumer', '$JS.API.CONSUMER.MSG.NEXT.RUNS.plugin-runner-com_example_other'],
    ['another plugin’s tests', '$JS.API.CONSUMER.MSG.NEXT.RUNS.plugin-tests-com_example_other'],
    ['a test of a connection', 'cmd.plugin_runner.TestConnection.com_example_own.c1'],
    ['the result of another plugin’s test', 'cmd.plugin_manager.RecordTest.com_example_other'],
    ['another plugin’s acknowledgement', '$JS.ACK.RUNS.plugin-runner-com_example_other.1.1.1.1.1'],
    ['a stored message', '$JS.API.DIRECT.GET.DATA'],
    ['a new stream', '$JS.API.STREAM.CREATE.MINE'],
    ['the end of a stream', '$JS.API.STREAM.DELETE.DATA'],
    ['a new consumer', '$JS.API.CONSUMER.CREATE.DATA.mine'],
    ['the server itself', '$SYS.REQ.SERVER.PING'],
  ])('lets no runner ask for %s', async (_what, subject) => {
    const nats = await runner();
    expect(await refusal(nats, () => nats.publish(subject, 'x'))).toBe(`publish ${subject}`);
  });

  it.each([
    ['everything', '>'],
    ['the items of its own plugin', 'items.com_example_own.>'],
    ['facts', 'data.>'],
    ['all inboxes', '_INBOX.>'],
    ['the inboxes of all runners', '_INBOX.plugin-runner.>'],
    ['the inbox of another runner', '_INBOX.plugin-runner.com_example_other.>'],
    ['the inbox of a service', '_INBOX.credential-wallet.>'],
  ])('lets no runner listen to %s', async (_what, subject) => {
    const nats = await runner();
    expect(await refusal(nats, () => nats.subscribe(subject))).toBe(`subscription ${subject}`);
  });

  it('lets a runner publish its own plugin’s items and hear its own inbox', async () => {
    const nats = await runner();
    expect(
      await refusal(nats, () => {
        nats.subscribe('_INBOX.plugin-runner.com_example_own.>');
        nats.publish('items.com_example_own.c1', 'x');
      }),
    ).toBeUndefined();
  });

  it.each(services)('lets %s neither make, change, empty nor delete a stream', async (name) => {
    const stream = streams[0]?.name ?? '';
    for (const action of ['CREATE', 'UPDATE', 'PURGE', 'DELETE']) {
      const subject = `$JS.API.STREAM.${action}.${stream}`;
      expect(await refusalOf(name, subject)).toBe(`publish ${subject}`);
    }
  });

  async function refusalOf(name: string, subject: string): Promise<string | undefined> {
    const nats = await service(name);
    return refusal(nats, () => nats.publish(subject, '{}'));
  }

  it.each(services)('lets %s listen to nobody else’s inbox, nor to everything', async (name) => {
    for (const subject of ['>', '_INBOX.>', '_INBOX.plugin-runner.>', 'data.>']) {
      const nats = await service(name);
      expect(await refusal(nats, () => nats.subscribe(subject))).toBe(`subscription ${subject}`);
    }
  });

  it('lets the manager make consumers of runs, and of nothing else', async () => {
    const manager = await jetstreamManager(await service('plugin-manager'), { checkAPI: false });
    await manager.consumers.add('RUNS', {
      durable_name: 'plugin-runner-com_example_new',
      ack_policy: AckPolicy.Explicit,
      filter_subject: 'cmd.plugin_runner.*.com_example_new',
    });
    const subject = '$JS.API.CONSUMER.CREATE.DATA.mine';
    expect(await refusalOf('plugin-manager', subject)).toBe(`publish ${subject}`);
  });

  it('lets nobody in without credentials, or with those of another operator', async () => {
    await expect(connect({ servers: server.url, reconnect: false })).rejects.toThrow();
    const stranger = await makeNatsIdentity();
    await expect(as(stranger.credentials['etl'] ?? '', '_INBOX.etl')).rejects.toThrow();
  });
});
