import { anOwner, fileKeys, pluginId } from '../../test/builders.ts';
import { anOAuthClient, oauthOf, RotatingEndpoint } from '../../test/oauth-builders.ts';
import { WalletError } from '../errors.ts';
import { encrypt } from '../secrets/envelope.ts';
import { eraseConfig } from '../secrets/erase-config.ts';
import { MemoryVault } from '../vault/memory-vault.ts';
import { keepTokens } from './tokens.ts';

const owner = { spaceId: 'default', connectionId: 'c1', pluginId };
const client = { ...anOAuthClient(), secret: 'marker-secret' };
const issued = { accessToken: 'first', refreshToken: 'signed-in', expiresInSeconds: 3600 };

/** A connection that somebody signed in to, behind two replicas. */
async function anAccount(change: Partial<typeof issued> = {}) {
  const vault = new MemoryVault();
  const keys = fileKeys('k1');
  const endpoint = new RotatingEndpoint();
  const config = await encrypt(keys, anOwner(), '{}');
  await vault.transaction(({ secrets }) => secrets.put(anOwner(), config));
  const account = { owner, before: undefined, client };
  await keepTokens(vault, keys, account, { ...issued, ...change, action: 'authorize' });
  const [first, second] = [
    await oauthOf(vault, keys, endpoint),
    await oauthOf(vault, keys, endpoint),
  ];
  return { vault, keys, endpoint, first: first.freshToken, second: second.freshToken };
}

describe('FreshToken', () => {
  it('gives the same token as long as it is good', async () => {
    const { first, endpoint } = await anAccount();
    for (let time = 0; time < 3; time++)
      expect((await first.get(owner, client)).accessToken).toBe('first');
    expect(endpoint.refreshes).toBe(0);
  });

  it('refreshes once for fifty who ask two replicas at the same moment', async () => {
    const { first, second, endpoint, vault } = await anAccount({ expiresInSeconds: 0 });
    const tokens = await Promise.all(
      Array.from({ length: 50 }, (_, index) => (index % 2 ? first : second).get(owner, client)),
    );
    expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(1);
    expect(tokens[0]?.revision).toBe(2);
    expect(endpoint.refreshes).toBe(1);
    expect(vault.rows.announced.map(({ refusal }) => refusal)).toEqual([undefined]);
  });

  it('refreshes once for all who were refused with the same token, and not for those who have the newer', async () => {
    const { first, second, endpoint } = await anAccount();
    const tokens = await Promise.all(
      Array.from({ length: 50 }, (_, index) => (index % 2 ? first : second).get(owner, client, 1)),
    );
    expect(new Set(tokens.map(({ revision }) => revision))).toEqual(new Set([2]));
    expect((await first.get(owner, client, 1)).revision).toBe(2);
    expect(endpoint.refreshes).toBe(1);
    expect((await second.get(owner, client, 2)).revision).toBe(3);
    expect(endpoint.refreshes).toBe(2);
  });

  it('says once that somebody has to sign in again, and asks the server no more', async () => {
    const { first, second, endpoint, vault } = await anAccount({ refreshToken: 'stolen and used' });
    for (const replica of [first, second, first])
      await expect(replica.get(owner, client, 1)).rejects.toMatchObject({
        code: 'wallet.reauthentication_required',
        retry: 'never',
      });
    expect(endpoint.refreshes).toBe(1);
    expect(vault.rows.announced.at(-1)).toEqual({
      owner,
      refusal: {
        code: 'wallet.reauthentication_required',
        message:
          'invalid_grant; open the address that POST /admin/v1/connections/c1/authorize gives',
      },
      revision: 2,
      tokenProperty: 'accessToken',
    });
    expect(vault.rows.announced).toHaveLength(2);
  });

  it('shows the tokens of an account to no server but the one that gave them', async () => {
    const { first, endpoint, vault } = await anAccount();
    const elsewhere = { ...client, tokenUrl: 'https://evil.example.net/token' };
    for (const rejected of [0, 1])
      await expect(first.get(owner, elsewhere, rejected)).rejects.toThrow(
        'the sign-in was made with another OAuth client',
      );
    expect(endpoint.refreshes).toBe(0);
    expect(vault.rows.grants.get('c1')?.refusal?.code).toBe('wallet.reauthentication_required');
  });

  it('says what to do when nobody has signed in', async () => {
    const { vault, keys, endpoint } = await anAccount();
    await vault.transaction(({ secrets }) =>
      secrets.drop({ kind: 'oauth_tokens', connectionId: 'c1' }),
    );
    const { freshToken } = await oauthOf(vault, keys, endpoint);
    await expect(freshToken.get(owner, client)).rejects.toThrow(
      'POST /admin/v1/connections/c1/authorize',
    );
    expect(vault.rows.grants.get('c1')?.refusal?.code).toBe('wallet.reauthentication_required');
  });

  it.each(['oauth_unavailable', 'oauth_client_refused'] as const)(
    'keeps the sign-in over a server that answers %s, and goes on afterwards',
    async (reason) => {
      const { first, endpoint, vault } = await anAccount({ expiresInSeconds: 0 });
      endpoint.failure = new WalletError(reason, 'a fault');
      await expect(first.get(owner, client)).rejects.toMatchObject({ code: `wallet.${reason}` });
      expect(vault.rows.grants.get('c1')?.refusal).toBeUndefined();
      endpoint.failure = undefined;
      expect((await first.get(owner, client)).revision).toBe(2);
    },
  );

  it('takes over from a replica that ended while it refreshed', async () => {
    const { first, vault } = await anAccount({ expiresInSeconds: 0 });
    await vault.transaction(({ grants }) => grants.lease(owner, 'of the dead', 0.3));
    expect((await first.get(owner, client)).revision).toBe(2);
  });

  it('gets a token by itself for client credentials, once for all who ask', async () => {
    const { first, second, endpoint, vault } = await anAccount({ expiresInSeconds: 0 });
    const machine = { ...client, flow: 'client_credentials' } as const;
    const tokens = await Promise.all(
      [first, second, first, second].map((replica) => replica.get(owner, machine)),
    );
    expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(1);
    expect(endpoint.clientTokens).toBe(1);
    expect(vault.rows.announced.at(-1)?.refusal).toBeUndefined();
  });

  it('gives nothing, and keeps nothing, for a connection that was deleted meanwhile', async () => {
    const { first, vault } = await anAccount({ expiresInSeconds: 0 });
    const asked = first.get(owner, client);
    await eraseConfig(vault, { spaceId: 'default', connectionId: 'c1' });
    await expect(asked).rejects.toBeInstanceOf(WalletError);
    const left = [...vault.rows.secrets.values()].filter(({ envelope }) => envelope !== undefined);
    expect(left.map(({ owner: { kind } }) => kind)).toEqual([]);
  });
});
