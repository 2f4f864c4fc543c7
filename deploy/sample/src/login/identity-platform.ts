import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AccessTokens } from '../graph/requests/access-tokens.ts';
import type { Source } from '../source-server.ts';
import { LoginError, loginHost } from './login-error.ts';

/** An application that was registered. */
export interface RegisteredClient {
  readonly id: string;
  /** Public clients have none. */
  readonly secret?: string;
  readonly redirectUris: readonly string[];
}

export interface IdentityPlatformOptions {
  readonly clients: readonly RegisteredClient[];
  readonly accessTokenLifetimeMs?: number;
}

interface Grant {
  readonly clientId: string;
  readonly scopes: readonly string[];
}

interface Code extends Grant {
  readonly redirectUri: string;
  readonly challenge: string | undefined;
}

type Form = ReadonlyMap<string, string>;

const graphScope = /^https:\/\/graph\.microsoft\.com\//u;
const hourMs = 3_600_000;

/**
 * The OAuth 2 endpoints of Microsoft's identity platform, whose user consents at once. A refresh token is good for one
 * use, as for a single-page application: whoever uses it twice loses the account.
 */
export class IdentityPlatform implements Source {
  readonly #tokens: AccessTokens;
  readonly #options: IdentityPlatformOptions;
  readonly #clients: RegisteredClient[];
  readonly #codes = new Map<string, Code>();
  readonly #refreshTokens = new Map<string, Grant>();
  /** Requests to the token endpoint by grant type, those that were refused included. */
  readonly requests: string[] = [];
  /** How many were refused with `invalid_grant`. */
  invalidGrants = 0;

  constructor(tokens: AccessTokens, options: IdentityPlatformOptions) {
    this.#tokens = tokens;
    this.#options = options;
    this.#clients = [...options.clients];
  }

  /** One more application; users have consented to it. */
  register(client: RegisteredClient): void {
    this.#clients.push(client);
  }

  /** A refresh token as a user's consent gives it. */
  issueRefreshToken(clientId: string, scopes: readonly string[]): string {
    const token = `0.${randomBytes(48).toString('base64url')}`;
    this.#refreshTokens.set(token, { clientId, scopes });
    return token;
  }

  /** The user takes the consent back. */
  revokeAll(): void {
    this.#refreshTokens.clear();
    this.#codes.clear();
    this.#tokens.expireAll();
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', `https://${loginHost}`);
    const form = new Map(new URLSearchParams(await readText(request)));
    const endpoint = /^\/[^/]+\/oauth2\/v2\.0\/(token|authorize)$/u.exec(url.pathname)?.[1];
    if (endpoint === 'authorize' && request.method === 'GET')
      return this.#authorize(new Map(url.searchParams), response);
    if (endpoint === 'token' && request.method === 'POST')
      return this.#token(form, request.headers.authorization, response);
    send(response, 404, { error: 'not_found' });
  }

  #authorize(query: Form, response: ServerResponse): void {
    const client = this.#client(query.get('client_id'));
    const redirectUri = query.get('redirect_uri') ?? '';
    // Nobody is sent to an address that was not registered, not even with an error.
    if (client?.redirectUris.includes(redirectUri) !== true)
      return send(
        response,
        400,
        new LoginError(
          400,
          'invalid_request',
          50_011,
          'The redirect URI specified in the request does not match the redirect URIs configured for the application.',
        ).body(),
      );
    const code = `1.${randomBytes(32).toString('base64url')}`;
    this.#codes.set(code, {
      clientId: client.id,
      redirectUri,
      scopes: scopesOf(query.get('scope')),
      challenge: query.get('code_challenge'),
    });
    const target = new URL(redirectUri);
    target.searchParams.set('code', code);
    target.searchParams.set('state', query.get('state') ?? '');
    response.writeHead(302, { Location: target.href }).end();
  }

  #token(form: Form, authorization: string | undefined, response: ServerResponse): void {
    const type = form.get('grant_type') ?? '';
    this.requests.push(type);
    try {
      const client = this.#authenticated(form, authorization);
      send(response, 200, this.#granted(type, form, client));
    } catch (error) {
      if (!(error instanceof LoginError)) throw error;
      if (error.error === 'invalid_grant') this.invalidGrants++;
      send(response, error.status, error.body());
    }
  }

  #granted(type: string, form: Form, client: RegisteredClient): object {
    switch (type) {
      case 'authorization_code':
        return this.#answer(this.#redeem(form, client));
      case 'refresh_token':
        return this.#answer(this.#refresh(form, client));
      case 'client_credentials':
        return this.#access(['.default']);
      default:
        throw new LoginError(
          400,
          'unsupported_grant_type',
          70_003,
          `The app requested an unsupported grant type '${type.slice(0, 50)}'.`,
        );
    }
  }

  #redeem(form: Form, client: RegisteredClient): Grant {
    const given = form.get('code') ?? '';
    const code = this.#codes.get(given);
    // Single use: a code that was seen once is gone, whatever came with it.
    this.#codes.delete(given);
    if (code?.clientId !== client.id || code.redirectUri !== form.get('redirect_uri'))
      throw new LoginError(
        400,
        'invalid_grant',
        70_000,
        'The provided authorization code is invalid or has been redeemed already.',
      );
    const verifier = form.get('code_verifier') ?? '';
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    if (code.challenge !== undefined && code.challenge !== challenge)
      throw new LoginError(
        400,
        'invalid_grant',
        501_481,
        'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
      );
    return code;
  }

  #refresh(form: Form, client: RegisteredClient): Grant {
    const given = form.get('refresh_token') ?? '';
    const grant = this.#refreshTokens.get(given);
    this.#refreshTokens.delete(given);
    if (grant?.clientId !== client.id)
      throw new LoginError(
        400,
        'invalid_grant',
        700_082,
        'The refresh token has expired due to inactivity, was revoked or was used already.',
      );
    return grant;
  }

  #answer({ clientId, scopes }: Grant): object {
    const access = this.#access(scopes);
    if (!scopes.includes('offline_access')) return access;
    return { ...access, refresh_token: this.issueRefreshToken(clientId, scopes) };
  }

  #access(scopes: readonly string[]): object {
    const { accessTokenLifetimeMs: lifetimeMs = hourMs } = this.#options;
    const usable = scopes.filter((scope) => !['offline_access', '.default'].includes(scope));
    return {
      token_type: 'Bearer',
      scope: usable.map((scope) => `https://graph.microsoft.com/${scope}`).join(' '),
      expires_in: Math.round(lifetimeMs / 1000),
      ext_expires_in: Math.round(lifetimeMs / 1000),
      access_token: this.#tokens.issue({
        lifetimeMs,
        ...(usable.length === 0 ? {} : { scopes: usable }),
      }),
    };
  }

  #client(id: string | undefined): RegisteredClient | undefined {
    return this.#clients.find((client) => client.id === id);
  }

  /** By `client_secret_basic` or `client_secret_post`. */
  #authenticated(form: Form, authorization: string | undefined): RegisteredClient {
    const basic = /^Basic +(\S+)$/iu.exec(authorization ?? '')?.[1];
    const [basicId, basicSecret] =
      basic === undefined
        ? []
        : Buffer.from(basic, 'base64').toString('utf8').split(':').map(decodeURIComponent);
    const client = this.#client(basicId ?? form.get('client_id'));
    if (client === undefined)
      throw new LoginError(
        400,
        'unauthorized_client',
        700_016,
        'Application was not found in the directory.',
      );
    const secret = basicSecret ?? form.get('client_secret') ?? '';
    if (client.secret !== undefined && !isSame(secret, client.secret))
      throw new LoginError(401, 'invalid_client', 7_000_215, 'Invalid client secret provided.');
    return client;
  }
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}

/** `https://graph.microsoft.com/Mail.Read` and `Mail.Read` are the same. */
function scopesOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(' ')
    .filter((scope) => scope !== '')
    .map((scope) => scope.replace(graphScope, ''));
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Length': String(Buffer.byteLength(text)),
  });
  response.end(text);
}
