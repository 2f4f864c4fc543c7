import { createHash } from 'node:crypto';
import { anOwner, fileKeys, pluginId } from '../../test/builders.ts';
import { anOAuthClient, oauthOf, RotatingEndpoint } from '../../test/oauth-builders.ts';
import { encrypt } from '../secrets/envelope.ts';
import { MemoryVault } from '../vault/memory-vault.ts';

const owner = { spaceId: 'default', connectionId: 'c1', pluginId };

async function aSignIn(client = anOAuthClient()) {
  const vault = new MemoryVault();
  const keys = fileKeys('k1');
  const endpoint = new RotatingEndpoint();
  const config = await encrypt(keys, anOwner(), '{"folder":"all"}');
  await vault.transaction(({ secrets }) => secrets.put(anOwner(), config));
  const oauth = await oauthOf(vault, keys, endpoint);
  await oauth.putClient(client);
  const start = async () => new URL(await oauth.authorize.start(owner)).searchParams;
  return { vault, endpoint, start, ...oauth };
}

describe('Authorize', () => {
  it('sends a person to the server with PKCE, and gets the tokens with what comes back', async () => {
    const { authorize, start, endpoint, addToken, vault } = await aSignIn();
    const asked = await start();
    expect(Object.fromEntries(asked)).toMatchObject({
      prompt: 'consent',
      response_type: 'code',
      client_id: 'client-1',
      redirect_uri: 'https://open.example.com/oauth/callback',
      scope: 'contacts.read offline_access',
      code_challenge_method: 'S256',
    });
    const state = asked.get('state') ?? '';
    expect(await authorize.complete({ state, code: 'abc', error: '' })).toBe('c1');
    const [{ code, verifier, redirectUrl } = { code: '', verifier: '', redirectUrl: '' }] =
      endpoint.codes;
    expect({ code, redirectUrl }).toEqual({ code: 'abc', redirectUrl: asked.get('redirect_uri') });
    expect(createHash('sha256').update(verifier).digest('base64url')).toBe(
      asked.get('code_challenge'),
    );
    const { value, tokenRevision, tokenProperty } = await addToken.add(
      anOwner(),
      '{"folder":"all"}',
      0,
    );
    expect({ tokenRevision, tokenProperty }).toEqual({
      tokenRevision: 1,
      tokenProperty: 'accessToken',
    });
    expect(JSON.parse(value)).toEqual({
      folder: 'all',
      accessToken: expect.stringMatching(/^access /u),
    });
    expect(vault.rows.announced).toEqual([
      { owner, refusal: undefined, revision: 1, tokenProperty: 'accessToken' },
    ]);
  });

  it('takes a state once, and only one that it gave', async () => {
    const { authorize, start, endpoint } = await aSignIn();
    const state = (await start()).get('state') ?? '';
    await authorize.complete({ state, code: 'abc', error: '' });
    for (const bad of [state, 'made up', ''])
      await expect(
        authorize.complete({ state: bad, code: 'abc', error: '' }),
      ).rejects.toMatchObject({ code: 'wallet.authorization_expired', retry: 'never' });
    expect(endpoint.codes).toHaveLength(1);
  });

  it('ends a sign-in that was refused, and shows only the standard’s code of why', async () => {
    const { authorize, start } = await aSignIn();
    const state = (await start()).get('state') ?? '';
    await expect(authorize.complete({ state, code: '', error: 'access_denied' })).rejects.toThrow(
      '(access_denied)',
    );
    const other = (await start()).get('state') ?? '';
    await expect(authorize.complete({ state: other, code: '', error: '<script>' })).rejects.toThrow(
      '(no code)',
    );
  });

  it('makes an account good again', async () => {
    const { authorize, start, addToken, vault } = await aSignIn();
    await expect(addToken.add(anOwner(), '{}', 0)).rejects.toMatchObject({
      code: 'wallet.reauthentication_required',
    });
    const state = (await start()).get('state') ?? '';
    await authorize.complete({ state, code: 'abc', error: '' });
    expect((await addToken.add(anOwner(), '{}', 0)).tokenRevision).toBe(1);
    expect(vault.rows.announced.map(({ refusal }) => refusal?.code)).toEqual([
      'wallet.reauthentication_required',
      undefined,
    ]);
  });

  it('needs nobody for client credentials', async () => {
    const { authorize, addToken } = await aSignIn(anOAuthClient({ flow: 'client_credentials' }));
    expect(await authorize.start(owner)).toBe('');
    expect((await addToken.add(anOwner(), '{}', 0)).tokenRevision).toBe(1);
  });

  it('begins nothing for a connection that is unknown or of another plugin, or without a client', async () => {
    const { authorize, clients } = await aSignIn();
    for (const change of [{ connectionId: 'c2' }, { spaceId: 'other' }, { pluginId: 'b.example' }])
      await expect(authorize.start({ ...owner, ...change })).rejects.toMatchObject({
        code: 'wallet.not_found',
      });
    await clients.remove(pluginId);
    await expect(authorize.start(owner)).rejects.toThrow('/oauth-client');
  });

  it('leaves a token that was entered by hand alone until somebody signs in', async () => {
    const { addToken, authorize, start } = await aSignIn();
    const byHand = '{"accessToken":"by hand"}';
    expect(await addToken.add(anOwner(), byHand, 0)).toMatchObject({
      value: byHand,
      tokenRevision: 0,
    });
    const state = (await start()).get('state') ?? '';
    await authorize.complete({ state, code: 'abc', error: '' });
    expect((await addToken.add(anOwner(), byHand, 0)).value).not.toContain('by hand');
  });

  it('takes a token that was entered by hand once the source has ended the sign-in', async () => {
    const { addToken, authorize, endpoint, start } = await aSignIn();
    const signIn = async () => {
      const state = (await start()).get('state') ?? '';
      await authorize.complete({ state, code: 'abc', error: '' });
    };
    await signIn();
    endpoint.good.clear();
    await expect(addToken.add(anOwner(), '{}', 1)).rejects.toMatchObject({
      code: 'wallet.reauthentication_required',
    });
    const byHand = '{"accessToken":"by hand"}';
    expect((await addToken.add(anOwner(), byHand, 0)).value).toBe(byHand);
    await signIn();
    expect((await addToken.add(anOwner(), byHand, 0)).value).not.toContain('by hand');
  });
});

describe('OAuthClients', () => {
  it('keeps the secret when it is told to, and shows it nowhere in its rows', async () => {
    const { clients, vault } = await aSignIn();
    const client = anOAuthClient({ scopes: ['mail.read'] });
    await clients.put({ pluginId, client, secret: undefined, keepSecret: true });
    expect(await clients.find(pluginId)).toEqual({ ...client, secret: 'marker-secret' });
    await clients.put({ pluginId, client, secret: undefined, keepSecret: false });
    expect((await clients.find(pluginId))?.secret).toBeUndefined();
    expect(JSON.stringify([...vault.rows.secrets.values()])).not.toContain('marker-secret');
  });

  it.each([{ tokenUrl: 'https://evil.example.net/token' }, { clientId: 'client-2' }])(
    'does not take the secret along to %j',
    async (change) => {
      const { clients } = await aSignIn();
      const client = anOAuthClient(change);
      await expect(
        clients.put({ pluginId, client, secret: undefined, keepSecret: true }),
      ).rejects.toMatchObject({ code: 'wallet.invalid_request' });
      expect(await clients.find(pluginId)).toMatchObject(anOAuthClient());
      await clients.put({ pluginId, client, secret: undefined, keepSecret: false });
      expect(await clients.find(pluginId)).toEqual({ ...client, secret: undefined });
    },
  );

  it.each([
    [{ tokenUrl: 'http://login.example.com/token' }, 'token_url'],
    [{ tokenUrl: 'https://user:pass@login.example.com/token' }, 'token_url'],
    [{ authorizationUrl: 'javascript:alert(1)' }, 'authorization_url'],
    [{ clientId: '' }, 'client_id'],
    [{ scopes: ['a b'] }, 'scope'],
    [{ tokenProperty: '__proto__ x' }, 'token_property'],
  ])('refuses %j', async (change, name) => {
    const { clients } = await aSignIn();
    const put = clients.put({
      pluginId,
      client: anOAuthClient(change),
      secret: undefined,
      keepSecret: true,
    });
    await expect(put).rejects.toThrow(name);
  });
});
