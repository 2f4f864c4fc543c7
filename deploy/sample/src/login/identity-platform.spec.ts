import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { AccessTokens } from '../graph/requests/access-tokens.ts';
import { IdentityPlatform } from './identity-platform.ts';

const redirectUri = 'https://platform.example/oauth/callback';
const client = { id: 'app', secret: 'app-secret', redirectUris: [redirectUri] };
const scope = 'offline_access https://graph.microsoft.com/Mail.Read User.Read';

describe('IdentityPlatform', () => {
  let tokens: AccessTokens;
  let login: IdentityPlatform;
  let server: Server;
  let base: string;

  beforeEach(async () => {
    tokens = new AccessTokens();
    login = new IdentityPlatform(tokens, { clients: [client], accessTokenLifetimeMs: 90_000 });
    server = createServer((request, response) => void login.handle(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    base = `http://127.0.0.1:${String(typeof address === 'object' ? address?.port : '')}/common/oauth2/v2.0`;
  });
  afterEach(() => server.close());

  const token = async (
    form: Record<string, string>,
  ): Promise<{ status: number; body: Record<string, string> }> => {
    const response = await fetch(`${base}/token`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: client.id, client_secret: client.secret, ...form }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  };
  const authorize = async (more: Record<string, string> = {}): Promise<Response> => {
    const query = new URLSearchParams({
      client_id: client.id,
      response_type: 'code',
      redirect_uri: redirectUri,
      scope,
      state: 'xyz',
      code_challenge: createHash('sha256').update('verifier').digest('base64url'),
      code_challenge_method: 'S256',
      ...more,
    });
    return fetch(`${base}/authorize?${query.toString()}`, { redirect: 'manual' });
  };
  const codeOf = (response: Response): string =>
    new URL(response.headers.get('location') ?? '').searchParams.get('code') ?? '';
  const redeem = (code: string, verifier = 'verifier'): ReturnType<typeof token> =>
    token({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    });

  it('gives a code and its state to a registered address, and tokens for the code once', async () => {
    const consent = await authorize();
    expect(consent.headers.get('location')).toMatch(/^https:\/\/platform\.example\/.*state=xyz$/u);
    const code = codeOf(consent);
    const { status, body } = await redeem(code);
    expect([status, body['token_type'], body['expires_in']]).toEqual([200, 'Bearer', 90]);
    const scopes = tokens.check(`Bearer ${body['access_token'] ?? ''}`);
    expect([...scopes]).toEqual(['Mail.Read', 'User.Read']);
    expect((await redeem(code)).body).toMatchObject({ error: 'invalid_grant' });
  });

  it('sends nobody to an address that was not registered', async () => {
    const { status } = await authorize({ redirect_uri: 'https://elsewhere.example/' });
    expect(status).toBe(400);
  });

  it('holds the verifier against the challenge', async () => {
    const { status, body } = await redeem(codeOf(await authorize()), 'guessed');
    expect([status, body['error']]).toEqual([400, 'invalid_grant']);
  });

  it('takes a refresh token once, and gives the next one', async () => {
    const first = login.issueRefreshToken(client.id, ['offline_access', 'Mail.Read']);
    const refresh = (refreshToken: string): ReturnType<typeof token> =>
      token({ grant_type: 'refresh_token', refresh_token: refreshToken });
    const { body } = await refresh(first);
    expect(body['refresh_token']).not.toBe(first);
    expect((await refresh(first)).body).toMatchObject({
      error: 'invalid_grant',
      error_description: expect.stringContaining('AADSTS700082') as unknown,
    });
    expect((await refresh(body['refresh_token'] ?? '')).status).toBe(200);
    login.revokeAll();
    expect(() => tokens.check(`Bearer ${body['access_token'] ?? ''}`)).toThrow('expired');
    expect([login.requests.length, login.invalidGrants]).toEqual([3, 1]);
  });

  it('gives an application tokens of its own', async () => {
    const { status, body } = await token({
      grant_type: 'client_credentials',
      scope: 'https://graph.microsoft.com/.default',
    });
    expect([status, body['refresh_token']]).toEqual([200, undefined]);
  });

  it.each([
    [{ client_secret: 'wrong' }, 401, 'invalid_client'],
    [{ client_id: 'other' }, 400, 'unauthorized_client'],
    [{ grant_type: 'password' }, 400, 'unsupported_grant_type'],
  ])('refuses %j', async (form, status, error) => {
    const answer = await token({ grant_type: 'client_credentials', ...form });
    expect([answer.status, answer.body['error']]).toEqual([status, error]);
  });
});
