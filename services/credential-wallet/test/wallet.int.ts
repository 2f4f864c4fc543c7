import { isSignedBox, open, type Bus } from '@made-open/bus';
import { pluginToken, WalletService } from '@made-open/contracts';
import type { DatabaseOptions } from '@made-open/postgres';
import { eventually, ServiceProcess, TestPlatform } from '@made-open/testing';
import type { NatsConnection } from '@nats-io/transport-node';
import { randomBytes } from 'node:crypto';
import {
  aTicket,
  kekFile,
  keyPair,
  pluginId,
  rawPublicKey,
  runnerSide,
  sealedPut,
} from './builders.ts';

const { putConfig, deleteConfig, registerTicket, bindRunner, deliverConfig } = WalletService.method;
const signing = keyPair('ed25519');
const sealing = keyPair('x25519');
const walletKey = rawPublicKey(sealing.privateKey);
const kek = kekFile('k1');
const otherPlugin = 'com.example.b';

describe('credential-wallet', () => {
  let platform: TestPlatform;
  let database: DatabaseOptions;
  let wallet: ServiceProcess;
  let manager: Bus;
  let runner: Bus;
  let thief: Bus;
  let administrator: NatsConnection;
  const logs: string[] = [];
  const crossed: Buffer[] = [];

  beforeAll(async () => {
    platform = await TestPlatform.start();
    database = await platform.database('credential-wallet');
    administrator = await platform.administrator();
    // All but the wallet's own inbox: interest there would have NATS deliver to a wallet that was stopped.
    for (const subject of [
      'cmd.>',
      'dead.>',
      '$JS.>',
      '_INBOX.plugin-manager.>',
      '_INBOX.plugin-runner.>',
    ])
      administrator.subscribe(subject, {
        callback: (_, message) => {
          crossed.push(
            Buffer.from(`${message.subject} ${JSON.stringify([...(message.headers ?? [])])} `),
          );
          crossed.push(Buffer.from(message.data));
        },
      });
    await administrator.flush();
    wallet = await start();
    [manager, runner, thief] = await Promise.all([
      platform.bus('plugin-manager'),
      platform.runnerBus(pluginId),
      platform.runnerBus(otherPlugin),
    ]);
  });
  afterAll(async () => {
    await wallet?.stop();
    await platform?.stop();
  });

  function start(keys = kek): Promise<ServiceProcess> {
    return ServiceProcess.start({
      platform,
      name: 'credential-wallet',
      database,
      files: {
        KEK_FILE: keys,
        WALLET_SIGNING_KEY_FILE: signing.privateKey,
        WALLET_SEALING_KEY_FILE: sealing.privateKey,
      },
    });
  }

  async function restart(keys = kek): Promise<void> {
    await wallet.stop();
    logs.push(wallet.output);
    wallet = await start(keys);
  }

  async function put(connectionId: string, value: unknown, plugin = pluginId) {
    const request = await sealedPut(walletKey, value, { connectionId, pluginId: plugin });
    return manager.call(putConfig, request);
  }

  async function ticketFor(plugin = pluginId, expiresInSeconds = 60): Promise<string> {
    const { ticket, ticketHash } = aTicket();
    await manager.call(registerTicket, { pluginId: plugin, ticketHash, expiresInSeconds });
    return ticket;
  }

  const bind = (bus: Bus, plugin: string, ticket: string, publicKey: Uint8Array) =>
    bus.call(bindRunner, { ticket, publicKey }, { parameters: { plugin: pluginToken(plugin) } });

  /** A runner as the manager starts it; `config` gets and opens a config as the runner does. */
  async function aRunner(bus = runner, plugin = pluginId) {
    const { keys } = await runnerSide();
    const { runnerId } = await bind(bus, plugin, await ticketFor(plugin), keys.publicKey);
    const ask = async (connectionId: string, change: object = {}, timeoutMs = 5000) => {
      const nonce = randomBytes(16);
      const request = { runnerId, connectionId, runId: 'r1', nonce, ...change };
      const parameters = { plugin: pluginToken(plugin) };
      const answer = await bus.call(deliverConfig, request, { parameters, timeoutMs });
      return { ...answer, nonce };
    };
    const config = async (connectionId: string): Promise<unknown> => {
      const { config: box, signature, nonce } = await ask(connectionId);
      const info = ['madeopen-config-v1', plugin, connectionId, 'r1', nonce.toString('hex')];
      if (box === undefined || !isSignedBox(signing.publicKey, info, box, signature))
        throw new Error('not signed by the wallet');
      return JSON.parse(await open(keys.privateKey, info, box));
    };
    return { runnerId, ask, config };
  }

  async function query<T>(text: string, values: unknown[] = []): Promise<T[]> {
    const client = await platform.postgres.connect();
    try {
      return (await client.query(text, values)).rows as T[];
    } finally {
      await client.end();
    }
  }

  it('stores a config, delivers it to a bound runner, and delivers the newer one after a change', async () => {
    const { config } = await aRunner();
    expect(await put('c1', { apiKey: 'first' })).toMatchObject({ revision: 1 });
    expect(await config('c1')).toEqual({ apiKey: 'first' });
    expect(await put('c1', { apiKey: 'second' })).toMatchObject({ revision: 2 });
    expect(await config('c1')).toEqual({ apiKey: 'second' });
  });

  it('binds one key for each ticket, and the same again when its answer was lost', async () => {
    const ticket = await ticketFor();
    const { keys } = await runnerSide();
    const { runnerId } = await bind(runner, pluginId, ticket, keys.publicKey);
    expect(await bind(runner, pluginId, ticket, keys.publicKey)).toMatchObject({ runnerId });
    await expect(bind(runner, pluginId, ticket, randomBytes(32))).rejects.toMatchObject({
      code: 'wallet.ticket_refused',
      retry: 'never',
    });
  });

  it('refuses tickets that are unknown, expired or another plugin’s', async () => {
    const refused = { code: 'wallet.ticket_refused', retry: 'never' };
    const key = randomBytes(32);
    await expect(bind(runner, pluginId, 'made up', key)).rejects.toMatchObject(refused);
    const stolen = await ticketFor(otherPlugin);
    await expect(bind(runner, pluginId, stolen, key)).rejects.toMatchObject(refused);
    const old = await ticketFor();
    await query(`update credential_wallet.ticket set expires_at = now() where runner_id is null`);
    await expect(bind(runner, pluginId, old, key)).rejects.toMatchObject(refused);
  });

  it('gives a config to runners of its own plugin alone, and only while they are bound', async () => {
    await put('c-own', { apiKey: 'own' });
    const own = await aRunner();
    const other = await aRunner(thief, otherPlugin);
    const refused = { code: 'wallet.runner_refused', retry: 'never' };
    await expect(other.ask('c-own')).rejects.toMatchObject(refused);
    await expect(other.ask('c-own', { runnerId: own.runnerId })).rejects.toMatchObject(refused);
    await expect(
      own.ask('c-own', { runnerId: randomBytes(8).toString('hex') }),
    ).rejects.toMatchObject(refused);
    // NATS itself keeps a runner from asking in the name of another plugin.
    await expect(bind(thief, pluginId, await ticketFor(), randomBytes(32))).rejects.toMatchObject({
      code: 'bus.permission_denied',
    });
    await query(`update credential_wallet.runner set expires_at = now() where id::text = $1`, [
      own.runnerId,
    ]);
    await expect(own.ask('c-own')).rejects.toMatchObject(refused);
  });

  it('does not hand a connection over to another plugin, nor bring a deleted one back', async () => {
    const { config, ask } = await aRunner();
    await put('c-gone', { apiKey: 'kept' });
    await expect(put('c-gone', { apiKey: 'x' }, otherPlugin)).rejects.toMatchObject({
      code: 'wallet.owner_differs',
    });
    expect(await config('c-gone')).toEqual({ apiKey: 'kept' });
    for (let time = 0; time < 2; time++)
      await manager.call(deleteConfig, { spaceId: 'default', connectionId: 'c-gone' });
    await expect(ask('c-gone')).rejects.toMatchObject({ code: 'wallet.not_found', retry: 'never' });
    await expect(put('c-gone', { apiKey: 'again' })).rejects.toMatchObject({
      code: 'wallet.config_removed',
    });
    expect(
      await query(
        `select sealed, wrapped_key from credential_wallet.secret where connection_id = 'c-gone'`,
      ),
    ).toEqual([{ sealed: null, wrapped_key: null }]);
  });

  it.each([
    [
      'a changed value',
      `update credential_wallet.secret set sealed = set_byte(sealed, 30, get_byte(sealed, 30) # 1)`,
    ],
    [
      'a changed data key',
      `update credential_wallet.secret set wrapped_key = set_byte(wrapped_key, 30, get_byte(wrapped_key, 30) # 1)`,
    ],
    ['another revision', `update credential_wallet.secret set revision = revision + 1`],
    ['another space', `update credential_wallet.secret set space_id = 'other'`],
    [
      'the row of another connection',
      `update credential_wallet.secret set (sealed, wrapped_key) = (select sealed, wrapped_key from credential_wallet.secret where connection_id = 'c-source')`,
    ],
  ])('gives nothing for %s', async (what, statement) => {
    const connectionId = `c-${what.replaceAll(' ', '-')}`;
    const { ask } = await aRunner();
    await put('c-source', { apiKey: 'source' });
    await put(connectionId, { apiKey: 'x' });
    await query(`${statement} where connection_id = $1`, [connectionId]);
    await expect(ask(connectionId)).rejects.toMatchObject({
      code: 'wallet.secret_tampered',
      retry: 'never',
    });
  });

  it('keeps bindings and configs over a kill, whatever it had in hand', async () => {
    const { config } = await aRunner();
    await put('c-kill', { apiKey: '0' });
    const puts = Array.from({ length: 10 }, (_, index) =>
      put('c-kill', { apiKey: String(index + 1) }).then(
        () => index + 1,
        () => 0,
      ),
    );
    await wallet.kill();
    logs.push(wallet.output);
    const stored = await Promise.all(puts);
    wallet = await start();
    const { apiKey } = (await config('c-kill')) as { apiKey: string };
    expect(Number(apiKey)).toBeGreaterThanOrEqual(0);
    const [row] = await query<{ revision: number; puts: number }>(
      `select revision, (select count(*)::int from credential_wallet.audit a where a.connection_id = s.connection_id and action = 'put') as puts
       from credential_wallet.secret s where connection_id = 'c-kill'`,
    );
    // Every stored revision is in the audit, and every answer that came was of a stored one.
    expect(row?.puts).toBe(row?.revision);
    expect(row?.revision).toBeGreaterThanOrEqual(1 + stored.filter((value) => value > 0).length);
    expect(await put('c-kill', { apiKey: 'after' })).toMatchObject({
      revision: (row?.revision ?? 0) + 1,
    });
    expect(await config('c-kill')).toEqual({ apiKey: 'after' });
  });

  it('asks to come later while it is away, and answers once it is back', async () => {
    const { ask, config } = await aRunner();
    await put('c-away', { apiKey: 'x' });
    await wallet.stop();
    logs.push(wallet.output);
    await expect(ask('c-away', {}, 500)).rejects.toMatchObject({ retry: 'later' });
    wallet = await start();
    await eventually(async () => expect(await config('c-away')).toEqual({ apiKey: 'x' }));
  });

  it('tells of a lost key, gives the configs of the others, and takes a config that is entered again', async () => {
    const { ask, config } = await aRunner();
    await put('c-lost', { apiKey: 'lost' });
    await restart(kekFile('k2'));
    expect(await wallet.faults()).toEqual([expect.stringMatching(/"k1" is not in KEK_FILE/u)]);
    await expect(ask('c-lost')).rejects.toMatchObject({
      code: 'wallet.kek_unavailable',
      retry: 'later',
    });
    await put('c-lost', { apiKey: 'entered again' });
    await put('c-new', { apiKey: 'new' });
    expect(await config('c-lost')).toEqual({ apiKey: 'entered again' });
    expect(await config('c-new')).toEqual({ apiKey: 'new' });
    await restart(kekFile('k1'));
    expect(await wallet.faults()).toContainEqual(
      expect.stringMatching(/"k1" in KEK_FILE is another one/u),
    );
    await expect(put('c-new', { apiKey: 'x' })).rejects.toMatchObject({ retry: 'later' });
    await query(`delete from credential_wallet.canary where kek_id = 'k2'`);
    await restart();
    expect(await wallet.faults()).toEqual([]);
    expect(await config('c-own')).toEqual({ apiKey: 'own' });
  });

  it('shows a value nowhere: not in its tables, on NATS, in its log, or in an error', async () => {
    const canary = `canary-${randomBytes(12).toString('hex')}`;
    const value = { apiKey: canary, nested: { token: [canary] } };
    const errors: unknown[] = [];
    const fails = (work: Promise<unknown>) => work.catch((error: unknown) => errors.push(error));
    const { config, ask } = await aRunner();
    await put('c-canary', value);
    await put('c-canary', value);
    expect(await config('c-canary')).toEqual(value);
    await fails(put('c-canary', value, otherPlugin));
    const { config: box } = await sealedPut(walletKey, value, { connectionId: 'c-elsewhere' });
    await fails(
      manager.call(putConfig, {
        spaceId: 'default',
        connectionId: 'c-canary',
        pluginId,
        config: box,
      }),
    );
    await query(
      `update credential_wallet.secret set revision = 9 where connection_id = 'c-canary'`,
    );
    await fails(ask('c-canary'));
    expect(errors).toHaveLength(3);
    await administrator.flush();
    await restart();
    logs.push(wallet.output);

    const tables = await query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'credential_wallet'`,
    );
    expect(tables.length).toBeGreaterThanOrEqual(6);
    const rows = await Promise.all(
      tables.map(({ name }) => query<{ row: string }>(`select t::text as row from ${name} t`)),
    );
    const places = {
      tables: rows
        .flat()
        .map(({ row }) => row)
        .join('\n'),
      nats: Buffer.concat(crossed).toString('latin1'),
      logs: logs.join('\n'),
      errors: errors.map((error) => `${String(error)} ${JSON.stringify(error)}`).join('\n'),
    };
    // What is searched holds what it should, so that an empty dump cannot pass.
    expect(places.tables).toContain('c-canary');
    expect(places.nats).toContain('c-canary');
    expect(places.nats).toContain('_INBOX.plugin-runner.');
    expect(places.logs).toContain('service ready');
    expect(places.errors).toContain('wallet.secret_tampered');
    for (const [place, text] of Object.entries(places))
      for (const form of formsOf(canary))
        expect({ place, found: text.includes(form) }).toEqual({ place, found: false });
  });

  it('finds its audit whole at the start, and says so when it is not', async () => {
    await restart();
    await eventually(() => expect(wallet.output).toContain('the audit is whole'));
    expect(wallet.output).not.toContain('tampered');
    await query(`alter table credential_wallet.audit disable trigger audit_append_only`);
    await query(`delete from credential_wallet.audit where space_id = 'default' and sequence = 2`);
    await restart();
    await eventually(() => expect(wallet.output).toContain('the audit was tampered with'));
    expect(wallet.output).toContain('"brokenAt":2');
  });
});

/** The text in clear, in base64 at each offset, in hexadecimal as PostgreSQL shows bytes. */
function formsOf(text: string): string[] {
  const base64 = [0, 1, 2].map((offset) =>
    Buffer.from(' '.repeat(offset) + text)
      .toString('base64')
      .slice(4, -4),
  );
  return [text, Buffer.from(text).toString('hex'), ...base64];
}
