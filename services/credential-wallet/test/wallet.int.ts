import type { Bus } from '@made-open/bus';
import { WalletService } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { randomBytes } from 'node:crypto';
import { kekFile, pluginId, runnerSide, sealedPut } from './builders.ts';
import { bind, WalletFixture } from './wallet-fixture.ts';

const { deleteConfig, putConfig } = WalletService.method;
const otherPlugin = 'com.example.b';

describe('credential-wallet', () => {
  let fixture: WalletFixture;
  let runner: Bus;
  let thief: Bus;

  beforeAll(async () => {
    fixture = await WalletFixture.start();
    [runner, thief] = await Promise.all([
      fixture.platform.runnerBus(pluginId),
      fixture.platform.runnerBus(otherPlugin),
    ]);
  });
  afterAll(() => fixture?.stop());

  it('stores a config, delivers it to a bound runner, and delivers the newer one after a change', async () => {
    const { config } = await fixture.runner(runner);
    expect(await fixture.put('c1', { apiKey: 'first' })).toMatchObject({ revision: 1 });
    expect(await config('c1')).toEqual({ apiKey: 'first' });
    expect(await fixture.put('c1', { apiKey: 'second' })).toMatchObject({ revision: 2 });
    expect(await config('c1')).toEqual({ apiKey: 'second' });
  });

  it('keeps of a config what it is told to, and adds what it lacks', async () => {
    const { manager, walletKey } = fixture;
    const { config } = await fixture.runner(runner);
    await fixture.put('c-kept', { apiKey: 'first' });
    const change = { connectionId: 'c-kept' };
    const added = await sealedPut(walletKey, { apiKey: 'no', hook: 'made' }, change, 'add');
    await manager.call(putConfig, { ...added, addition: true });
    const replaced = await sealedPut(walletKey, { apiKey: 'second', hook: 'anew' }, change);
    await manager.call(putConfig, { ...replaced, keptProperties: ['hook'] });
    expect(await config('c-kept')).toEqual({ apiKey: 'second', hook: 'made' });
  });

  it('binds one key for each ticket, and the same again when its answer was lost', async () => {
    const ticket = await fixture.ticketFor();
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
    const stolen = await fixture.ticketFor(otherPlugin);
    await expect(bind(runner, pluginId, stolen, key)).rejects.toMatchObject(refused);
    const old = await fixture.ticketFor();
    await fixture.query(
      `update credential_wallet.ticket set expires_at = now() where runner_id is null`,
    );
    await expect(bind(runner, pluginId, old, key)).rejects.toMatchObject(refused);
  });

  it('gives a config to runners of its own plugin alone, and only while they are bound', async () => {
    await fixture.put('c-own', { apiKey: 'own' });
    const own = await fixture.runner(runner);
    const other = await fixture.runner(thief, otherPlugin);
    const refused = { code: 'wallet.runner_refused', retry: 'never' };
    await expect(other.ask('c-own')).rejects.toMatchObject(refused);
    await expect(other.ask('c-own', { runnerId: own.runnerId })).rejects.toMatchObject(refused);
    await expect(
      own.ask('c-own', { runnerId: randomBytes(8).toString('hex') }),
    ).rejects.toMatchObject(refused);
    // NATS itself keeps a runner from asking in the name of another plugin.
    await expect(
      bind(thief, pluginId, await fixture.ticketFor(), randomBytes(32)),
    ).rejects.toMatchObject({
      code: 'bus.permission_denied',
    });
    await fixture.query(
      `update credential_wallet.runner set expires_at = now() where id::text = $1`,
      [own.runnerId],
    );
    await expect(own.ask('c-own')).rejects.toMatchObject(refused);
  });

  it('does not hand a connection over to another plugin, nor bring a deleted one back', async () => {
    const { config, ask } = await fixture.runner(runner);
    await fixture.put('c-gone', { apiKey: 'kept' });
    await expect(fixture.put('c-gone', { apiKey: 'x' }, otherPlugin)).rejects.toMatchObject({
      code: 'wallet.owner_differs',
    });
    expect(await config('c-gone')).toEqual({ apiKey: 'kept' });
    for (let time = 0; time < 2; time++)
      await fixture.manager.call(deleteConfig, { spaceId: 'default', connectionId: 'c-gone' });
    await expect(ask('c-gone')).rejects.toMatchObject({ code: 'wallet.not_found', retry: 'never' });
    await expect(fixture.put('c-gone', { apiKey: 'again' })).rejects.toMatchObject({
      code: 'wallet.config_removed',
    });
    expect(
      await fixture.query(
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
    const { ask } = await fixture.runner(runner);
    await fixture.put('c-source', { apiKey: 'source' });
    await fixture.put(connectionId, { apiKey: 'x' });
    await fixture.query(`${statement} where connection_id = $1`, [connectionId]);
    await expect(ask(connectionId)).rejects.toMatchObject({
      code: 'wallet.secret_tampered',
      retry: 'never',
    });
  });

  it('keeps bindings and configs over a kill, whatever it had in hand', async () => {
    const { config } = await fixture.runner(runner);
    await fixture.put('c-kill', { apiKey: '0' });
    const puts = Array.from({ length: 10 }, (_, index) =>
      fixture.put('c-kill', { apiKey: String(index + 1) }).then(
        () => index + 1,
        () => 0,
      ),
    );
    await fixture.end('kill');
    const stored = await Promise.all(puts);
    await fixture.start();
    const { apiKey } = (await config('c-kill')) as { apiKey: string };
    expect(Number(apiKey)).toBeGreaterThanOrEqual(0);
    const [row] = await fixture.query<{ revision: number; puts: number }>(
      `select revision, (select count(*)::int from credential_wallet.audit a where a.connection_id = s.connection_id and action = 'put') as puts
       from credential_wallet.secret s where connection_id = 'c-kill'`,
    );
    // Every stored revision is in the audit, and every answer that came was of a stored one.
    expect(row?.puts).toBe(row?.revision);
    expect(row?.revision).toBeGreaterThanOrEqual(1 + stored.filter((value) => value > 0).length);
    // A put that waited in the stream may still be carried out by the new wallet, before this one or behind it.
    await eventually(async () => {
      const { revision } = await fixture.put('c-kill', { apiKey: 'after' });
      expect(revision).toBeGreaterThan(row?.revision ?? 0);
      expect(await config('c-kill')).toEqual({ apiKey: 'after' });
    });
  });

  it('asks to come later while it is away, and answers once it is back', async () => {
    const { ask, config } = await fixture.runner(runner);
    await fixture.put('c-away', { apiKey: 'x' });
    await fixture.end('stop');
    await expect(ask('c-away', {}, 500)).rejects.toMatchObject({ retry: 'later' });
    await fixture.start();
    await eventually(async () => expect(await config('c-away')).toEqual({ apiKey: 'x' }));
  });

  it('does not wait for ever for another replica that stands still', async () => {
    const { ask, config } = await fixture.runner(runner);
    await fixture.put('c-held', { apiKey: 'x' });
    const frozen = await fixture.platform.postgres.connect();
    await frozen.query('begin');
    await frozen.query(`select from credential_wallet.audit_head for update`);
    await expect(ask('c-held', {}, 20_000)).rejects.toMatchObject({
      code: 'internal',
      retry: 'later',
    });
    await frozen.end();
    expect(await config('c-held')).toEqual({ apiKey: 'x' });
  });

  it('tells of a lost key, gives the configs of the others, and takes a config that is entered again', async () => {
    const { ask, config } = await fixture.runner(runner);
    await fixture.put('c-lost', { apiKey: 'lost' });
    await fixture.restart(kekFile('k2'));
    expect(await fixture.wallet.faults()).toEqual([
      expect.stringMatching(/"k1" is not in KEK_FILE/u),
    ]);
    await expect(ask('c-lost')).rejects.toMatchObject({
      code: 'wallet.kek_unavailable',
      retry: 'later',
    });
    await fixture.put('c-lost', { apiKey: 'entered again' });
    await fixture.put('c-new', { apiKey: 'new' });
    expect(await config('c-lost')).toEqual({ apiKey: 'entered again' });
    expect(await config('c-new')).toEqual({ apiKey: 'new' });
    await fixture.restart(kekFile('k1'));
    expect(await fixture.wallet.faults()).toContainEqual(
      expect.stringMatching(/"k1" in KEK_FILE is another one/u),
    );
    await expect(fixture.put('c-new', { apiKey: 'x' })).rejects.toMatchObject({ retry: 'later' });
    await fixture.query(`delete from credential_wallet.canary where kek_id = 'k2'`);
    await fixture.restart();
    expect(await fixture.wallet.faults()).toEqual([]);
    expect(await config('c-own')).toEqual({ apiKey: 'own' });
  });

  it('finds its audit whole at the start, and says so when it is not', async () => {
    await fixture.restart();
    await eventually(() => expect(fixture.wallet.output).toContain('the audit is whole'));
    expect(fixture.wallet.output).not.toContain('tampered');
    await fixture.query(`alter table credential_wallet.audit disable trigger audit_append_only`);
    await fixture.query(
      `delete from credential_wallet.audit where space_id = 'default' and sequence = 2`,
    );
    await fixture.restart();
    await eventually(() => expect(fixture.wallet.output).toContain('the audit was tampered with'));
    expect(fixture.wallet.output).toContain('"brokenAt":2');
  });
});
