import type { Bus } from '@made-open/bus';
import { OAuthFlow, WalletService } from '@made-open/contracts';
import { eventually, temporaryFolder, type ServiceProcess } from '@made-open/testing';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pluginId } from './builders.ts';
import { AuthorizationServer, host, redirectUrl, secrets } from './servers/authorization-server.ts';
import { WalletFixture } from './wallet-fixture.ts';

const { startAuthorization, completeAuthorization, getOAuthClient } = WalletService.method;
const webClient = {
  flow: OAuthFlow.AUTHORIZATION_CODE,
  clientId: 'web',
  authorizationUrl: `https://${host}/auth?prompt=consent`,
  tokenUrl: `https://${host}/token`,
  scopes: ['openid', 'offline_access', 'contacts.read'],
};
const machineClient = {
  flow: OAuthFlow.CLIENT_CREDENTIALS,
  clientId: 'machine',
  tokenUrl: `https://${host}/token`,
  tokenProperty: 'token',
  clientAuthentication: 'post',
};

describe('OAuth in the wallet', () => {
  const folder = temporaryFolder();
  let server: AuthorizationServer;
  let fixture: WalletFixture;
  let second: ServiceProcess;
  let gateway: Bus;
  let bus: Bus;
  let runner: Awaited<ReturnType<WalletFixture['runner']>>;
  const announced: string[] = [];

  beforeAll(async () => {
    server = await AuthorizationServer.start();
    const overrides = join(folder, 'overrides.json');
    writeFileSync(overrides, server.overrides);
    fixture = await WalletFixture.start({
      EGRESS_OVERRIDES_FILE: overrides,
      OAUTH_REDIRECT_URL: redirectUrl,
    });
    second = await fixture.replica();
    gateway = await fixture.platform.bus('channel-gateway');
    bus = await fixture.platform.runnerBus(pluginId);
    runner = await fixture.runner(bus);
    const administrator = await fixture.platform.administrator();
    administrator.subscribe('wallet.>', {
      callback: (_, message) => {
        announced.push(`${message.subject} ${message.string()}`);
      },
    });
  });
  afterAll(async () => {
    await second?.stop();
    await fixture?.stop();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = (connectionId: string) =>
    fixture.manager.call(startAuthorization, { spaceId: 'default', connectionId, pluginId });
  async function signIn(connectionId: string): Promise<void> {
    const { authorizationUrl } = await start(connectionId);
    const answer = await server.signIn(authorizationUrl);
    const complete = { state: answer.get('state') ?? '', code: answer.get('code') ?? '' };
    expect(await gateway.call(completeAuthorization, complete)).toMatchObject({ connectionId });
  }
  const given = (grantType: string): number =>
    server.given.filter((type) => type === grantType).length;

  it('signs a person in, and delivers the access token within the config', async () => {
    await fixture.putOAuthClient(webClient, secrets.web);
    await fixture.put('c1', { folder: 'all' });
    await expect(runner.ask('c1')).rejects.toMatchObject({
      code: 'wallet.reauthentication_required',
      retry: 'never',
    });
    await eventually(() =>
      expect(announced.at(-1)).toMatch(/^wallet\.ReauthenticationRequired .*"c1"/u),
    );
    await signIn('c1');
    const { value, tokenRevision, tokenProperty } = await runner.delivered('c1');
    expect(value).toEqual({ folder: 'all', accessToken: expect.stringMatching(/^.{20,}$/u) });
    expect({ tokenRevision, tokenProperty }).toEqual({
      tokenRevision: 1,
      tokenProperty: 'accessToken',
    });
    await eventually(() => expect(announced.at(-1)).toMatch(/^wallet\.TokenRefreshed .*"c1"/u));
  });

  it('refreshes once for fifty runs that two replicas serve, and no refresh token is used twice', async () => {
    const runs = await Promise.all(
      Array.from({ length: 50 }, () => runner.delivered('c1', { rejectedToken: 1 }, 30_000)),
    );
    expect(new Set(runs.map(({ tokenRevision }) => tokenRevision))).toEqual(new Set([2]));
    expect(new Set(runs.map(({ value }) => JSON.stringify(value))).size).toBe(1);
    expect(given('refresh_token')).toBe(1);
    // And again, with the token that the server gave in exchange.
    const again = await Promise.all(
      Array.from({ length: 50 }, () => runner.delivered('c1', { rejectedToken: 2 }, 30_000)),
    );
    expect(new Set(again.map(({ tokenRevision }) => tokenRevision))).toEqual(new Set([3]));
    expect(given('refresh_token')).toBe(2);
    expect(server.refused).toEqual([]);
  });

  it('refreshes what has ended by the clock', async () => {
    server.accessTokenSeconds = 1;
    await runner.delivered('c1', { rejectedToken: 3 }, 30_000);
    const before = given('refresh_token');
    await eventually(async () => {
      const { tokenRevision } = await runner.delivered('c1', {}, 30_000);
      expect(tokenRevision).toBeGreaterThan(4);
    });
    expect(given('refresh_token')).toBeGreaterThan(before);
    server.accessTokenSeconds = 3600;
    expect(server.refused).toEqual([]);
  });

  it('says that somebody has to sign in again when the person took it back, and is good after that', async () => {
    await server.revokeAll();
    const { tokenRevision } = await runner.delivered('c1', {}, 30_000).catch(() => ({
      tokenRevision: 0,
    }));
    await expect(runner.ask('c1', { rejectedToken: tokenRevision }, 30_000)).rejects.toMatchObject({
      code: 'wallet.reauthentication_required',
      retry: 'never',
    });
    await eventually(() =>
      expect(announced.at(-1)).toMatch(/^wallet\.ReauthenticationRequired .*invalid_grant/u),
    );
    const asked = server.refused.length;
    await expect(runner.ask('c1')).rejects.toMatchObject({
      code: 'wallet.reauthentication_required',
    });
    expect(server.refused).toHaveLength(asked);
    await signIn('c1');
    expect((await runner.delivered('c1')).tokenRevision).toBeGreaterThan(0);
  });

  it('refuses a state that was used, and a sign-in that was refused', async () => {
    await expect(
      gateway.call(completeAuthorization, { state: 'made up', code: 'x' }),
    ).rejects.toMatchObject({ code: 'wallet.authorization_expired' });
    const { authorizationUrl } = await start('c1');
    const state = new URL(authorizationUrl).searchParams.get('state') ?? '';
    await expect(
      gateway.call(completeAuthorization, { state, error: 'access_denied' }),
    ).rejects.toMatchObject({ code: 'wallet.authorization_refused' });
  });

  it('gets a token by itself for client credentials, and names a client that is refused', async () => {
    await fixture.putOAuthClient(machineClient, 'not the secret');
    await fixture.put('c2', {});
    await expect(start('c2')).rejects.toMatchObject({
      code: 'wallet.oauth_client_refused',
      message: expect.stringContaining('invalid_client'),
    });
    await fixture.putOAuthClient(machineClient, secrets.machine);
    expect(await start('c2')).toMatchObject({ authorizationUrl: '' });
    const runs = await Promise.all(
      Array.from({ length: 20 }, () => runner.delivered('c2', { rejectedToken: 1 }, 30_000)),
    );
    expect(runs.map(({ tokenRevision }) => tokenRevision)).toEqual(runs.map(() => 2));
    expect(runs[0]?.value).toEqual({ token: expect.any(String) });
    expect(given('client_credentials')).toBe(2);
  });

  it('gives the client without its secret, and shows tokens and secrets nowhere', async () => {
    const answer = await fixture.manager.call(getOAuthClient, { pluginId });
    expect(answer).toMatchObject({ hasSecret: true, client: { clientId: 'machine' } });
    const { value } = await runner.delivered('c2');
    const { token } = value as { token: string };
    await fixture.end('stop');
    const tables = await fixture.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'credential_wallet'`,
    );
    const rows = await Promise.all(
      tables.map(({ name }) => fixture.query(`select t::text as row from ${name} t`)),
    );
    const shown = JSON.stringify([answer, rows, announced, fixture.logs, second.output]);
    expect(shown).toContain('oauth_tokens');
    for (const secret of [token, secrets.machine, secrets.web]) expect(shown).not.toContain(secret);
  });
});
