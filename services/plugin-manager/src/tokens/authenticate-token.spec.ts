import {
  createLocalJWKSet,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  SignJWT,
  UnsecuredJWT,
  type CryptoKey,
  type FlattenedJWSInput,
  type JWSHeaderParameters,
  type JWTHeaderParameters,
} from 'jose';
import { IssuerError } from '../errors.ts';
import { AuthenticateToken } from './authenticate-token.ts';
import { IssuerKeys } from './issuer-keys.ts';

const settings = {
  issuer: 'https://login.example.com',
  audience: 'made-open',
  scopeClaim: 'scope',
};
const now = new Date('2026-11-21T06:00:00Z');
const seconds = now.getTime() / 1000;
const claims = {
  iss: settings.issuer,
  aud: settings.audience,
  sub: 'ada',
  exp: seconds + 300,
  scope: 'openid admin:plugins:read',
};
type Claims = Record<string, unknown>;

/** An issuer whose keys lie in memory. */
class MemoryIssuerKeys extends IssuerKeys {
  readonly #jwks: ReturnType<typeof createLocalJWKSet>;
  asked = 0;
  isAway = false;

  constructor(jwks: Parameters<typeof createLocalJWKSet>[0]) {
    super();
    this.#jwks = createLocalJWKSet(jwks);
  }

  override find(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> {
    this.asked++;
    if (this.isAway) return Promise.reject(new IssuerError(settings.issuer, new Error('away')));
    return this.#jwks(header, token);
  }
}

let pair: Awaited<ReturnType<typeof generateKeyPair>>;
let keys: MemoryIssuerKeys;
let tokens: AuthenticateToken;

beforeAll(async () => {
  pair = await generateKeyPair('ES256');
});
beforeEach(async () => {
  keys = new MemoryIssuerKeys({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1' }] });
  tokens = new AuthenticateToken(settings, keys);
});

const signed = (changes: Claims = {}, header: Partial<JWTHeaderParameters> = {}) =>
  new SignJWT({ ...claims, ...changes })
    .setProtectedHeader({ alg: 'ES256', kid: 'k1', ...header })
    .sign(pair.privateKey);
const authenticate = (token: string) => tokens.authenticate(token, now);

describe('an access token', () => {
  it('names its subject, and opens what its scopes say', async () => {
    expect(await authenticate(await signed())).toEqual({
      keyId: 'oidc:ada',
      scopes: ['admin:plugins:read'],
    });
    expect(await authenticate(await signed({ aud: ['other', 'made-open'] }))).toBeDefined();
    expect(await authenticate(await signed({}, { typ: 'at+jwt' }))).toBeDefined();
    expect(await authenticate(await signed({ scope: undefined }))).toMatchObject({ scopes: [] });
  });

  it.each<[string, Claims, RegExp]>([
    ['that has expired', { exp: seconds - 31 }, /has expired/u],
    ['without an end', { exp: undefined }, /"exp"/u],
    ['that is not valid yet', { nbf: seconds + 31 }, /"nbf"/u],
    ['for another audience', { aud: 'shop' }, /not for the audience made-open/u],
    ['for nobody', { aud: undefined }, /not for the audience made-open/u],
    ['of another issuer', { iss: 'https://login.example.com/' }, /not of the issuer/u],
    ['without an issuer', { iss: undefined }, /not of the issuer/u],
    ['without a subject', { sub: undefined }, /"sub"/u],
    ['with an empty subject', { sub: '' }, /"sub"/u],
    ['with control characters in its subject', { sub: 'ada\u0000' }, /"sub"/u],
    ['with a subject that is endless', { sub: 'a'.repeat(256) }, /"sub"/u],
  ])('%s is refused', async (_, changes, reason) => {
    await expect(authenticate(await signed(changes))).rejects.toMatchObject({
      status: 401,
      code: expect.stringMatching(/^token\.(?:invalid|expired)$/u) as unknown,
      message: expect.stringMatching(reason) as unknown,
    });
  });

  it('is good until its end, give or take the clocks', async () => {
    expect(await authenticate(await signed({ exp: seconds - 29 }))).toBeDefined();
    await expect(authenticate(await signed({ exp: seconds - 31 }))).rejects.toMatchObject({
      code: 'token.expired',
    });
  });

  it('is not one that was made for something else', async () => {
    for (const typ of ['logout+jwt', 'dpop+jwt'])
      await expect(authenticate(await signed({}, { typ }))).rejects.toThrow('no access token');
  });

  it.each(['at_hash', 'c_hash'])('is no ID token, which has the claim %s', async (claim) => {
    const token = await signed({ [claim]: 'x' });
    await expect(authenticate(token)).rejects.toThrow('ID token');
  });

  it('is refused when somebody else signed it', async () => {
    const other = await generateKeyPair('ES256');
    const forged = (kid: string) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid }).sign(other.privateKey);
    for (const kid of ['k1', 'k2'])
      await expect(authenticate(await forged(kid))).rejects.toThrow('not signed with a key');
  });

  it('is refused when its claims were changed', async () => {
    const [header = '', , signature = ''] = (await signed()).split('.');
    const body = Buffer.from(JSON.stringify({ ...claims, sub: 'eve' })).toString('base64url');
    await expect(authenticate(`${header}.${body}.${signature}`)).rejects.toThrow(
      'not signed with a key',
    );
  });

  it('cannot be signed with the public key as a secret, or not at all', async () => {
    const secret = new TextEncoder().encode(await exportSPKI(pair.publicKey));
    const shared = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
      .sign(secret);
    const unsigned = `${new UnsecuredJWT(claims).encode()}c2ln`;
    for (const token of [shared, unsigned])
      await expect(authenticate(token)).rejects.toThrow('RS256, ES256 or EdDSA');
    expect(keys.asked).toBe(0);
  });

  it('is refused as what it is when it is no token at all', async () => {
    for (const token of ['a.b.c', 'e30.e30.e30', `${(await signed()).split('.')[0] ?? ''}.x.y`])
      await expect(authenticate(token)).rejects.toMatchObject({ status: 401 });
  });

  it('of another issuer asks nothing of ours', async () => {
    await expect(authenticate(await signed({ iss: 'https://x.example' }))).rejects.toThrow();
    expect(keys.asked).toBe(0);
  });

  it('is tried again later when the issuer is away', async () => {
    keys.isAway = true;
    await expect(authenticate(await signed())).rejects.toMatchObject({
      code: 'token.issuer_unavailable',
      retry: 'later',
    });
  });

  it('is never shown in what is said about it', async () => {
    const token = await signed({ exp: seconds - 100 });
    const [, body = '', signature = ''] = token.split('.');
    const error: unknown = await authenticate(token).catch((reason: unknown) => reason);
    expect(String(error)).not.toContain(body);
    expect(String(error)).not.toContain(signature);
  });
});
