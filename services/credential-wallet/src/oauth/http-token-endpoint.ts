import { Egress, EgressError, type EgressOptions } from '@made-open/egress';
import { parseGrant } from '@made-open/manifest';
import * as oauth from 'oauth4webapi';
import { WalletError } from '../errors.ts';
import type { SecretOAuthClient } from './oauth-client.ts';
import { TokenEndpoint, type AuthorizationCode, type IssuedTokens } from './token-endpoint.ts';

type Send = (
  server: oauth.AuthorizationServer,
  client: oauth.Client,
  parts: { authentication: oauth.ClientAuth; options: oauth.TokenEndpointRequestOptions },
) => Promise<oauth.TokenEndpointResponse>;

const limits = { totalMs: 10_000, wireBytes: 256 * 1024, bodyBytes: 256 * 1024 };
/** The client itself is not known there, may not do this, or asks for what it does not get (RFC 6749, 5.2). */
const clientFaults = new Set([
  'invalid_client',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_request',
]);

/** Over HTTPS to the host of the token URL alone, at addresses that may be reached from here. */
export class HttpTokenEndpoint extends TokenEndpoint {
  readonly #reach: () => Pick<EgressOptions, 'overrides' | 'proxy'>;

  constructor(reach: () => Pick<EgressOptions, 'overrides' | 'proxy'>) {
    super();
    this.#reach = reach;
  }

  override exchange(client: SecretOAuthClient, code: AuthorizationCode): Promise<IssuedTokens> {
    return this.#ask(client, async (server, own, { authentication, options }) => {
      const callback = oauth.validateAuthResponse(
        server,
        own,
        new URLSearchParams({ code: code.code }),
        oauth.expectNoState,
      );
      const response = await oauth.authorizationCodeGrantRequest(
        server,
        own,
        authentication,
        callback,
        code.redirectUrl,
        code.verifier,
        options,
      );
      return oauth.processAuthorizationCodeResponse(server, own, response);
    });
  }

  override refresh(client: SecretOAuthClient, refreshToken: string): Promise<IssuedTokens> {
    return this.#ask(client, async (server, own, { authentication, options }) => {
      const response = await oauth.refreshTokenGrantRequest(
        server,
        own,
        authentication,
        refreshToken,
        options,
      );
      return oauth.processRefreshTokenResponse(server, own, response);
    });
  }

  override clientCredentials(client: SecretOAuthClient): Promise<IssuedTokens> {
    return this.#ask(client, async (server, own, { authentication, options }) => {
      const scope = client.scopes.join(' ');
      const response = await oauth.clientCredentialsGrantRequest(
        server,
        own,
        authentication,
        scope === '' ? {} : { scope },
        options,
      );
      return oauth.processClientCredentialsResponse(server, own, response);
    });
  }

  async #ask(client: SecretOAuthClient, send: Send): Promise<IssuedTokens> {
    const url = new URL(client.tokenUrl);
    const egress = new Egress({
      grants: [parseGrant(`network:outbound:${url.host}`)],
      ...this.#reach(),
      limits,
    });
    // Who issues is not asked for: no identity is read from the answer.
    const server = { issuer: url.origin, token_endpoint: url.href };
    const options = { [oauth.customFetch]: fetchOver(egress) };
    try {
      const authentication = authenticationOf(client);
      return issued(
        await send(server, { client_id: client.clientId }, { authentication, options }),
      );
    } catch (error) {
      throw explained(error, url.host);
    } finally {
      egress.close();
    }
  }
}

function authenticationOf({ secret, authentication }: SecretOAuthClient): oauth.ClientAuth {
  if (secret === undefined) return oauth.None();
  return authentication === 'post'
    ? oauth.ClientSecretPost(secret)
    : oauth.ClientSecretBasic(secret);
}

interface FetchOptions {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

function fetchOver(egress: Egress) {
  return async (url: string, { method, headers, body }: FetchOptions): Promise<Response> => {
    const text = body instanceof URLSearchParams ? body.toString() : '';
    const response = await egress.request({
      url,
      method,
      headers,
      body: Buffer.from(text),
      redirect: 'error',
    });
    return new Response(withoutIdentity(response.body), {
      status: response.status,
      headers: response.headers,
    });
  };
}

/** An id token would have to be checked against an issuer that nobody configured, and nothing here needs it. */
function withoutIdentity(body: Uint8Array): string {
  const text = Buffer.from(body).toString();
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== 'object' || answer === null) return text;
    const { id_token: _identity, ...rest } = { id_token: undefined, ...answer };
    return JSON.stringify(rest);
  } catch {
    return text;
  }
}

function issued(answer: oauth.TokenEndpointResponse): IssuedTokens {
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token,
    expiresInSeconds: answer.expires_in,
  };
}

/** The library's own errors carry the answer; nothing of it goes into a message but the standard's code. */
function explained(error: unknown, host: string): WalletError {
  const { code, status } = refusalOf(error);
  if (code === 'invalid_grant')
    return new WalletError(
      'reauthentication_required',
      `${host} does not accept the sign-in any more (invalid_grant)`,
    );
  if (clientFaults.has(code) || status === 401)
    return new WalletError(
      'oauth_client_refused',
      `${host} refuses the OAuth client (${code === '' ? String(status) : code}); look at client_id, client_secret, scopes and URLs of the plugin's OAuth client`,
    );
  const what =
    error instanceof EgressError ? error.code : status === 0 ? 'no token' : String(status);
  return new WalletError(
    'oauth_unavailable',
    `${host} gave no token (${what}); it is tried again later`,
    error instanceof EgressError ? { cause: error } : undefined,
  );
}

function refusalOf(error: unknown): { code: string; status: number } {
  if (error instanceof oauth.ResponseBodyError)
    return { code: /^[a-z_]{1,64}$/u.exec(error.error)?.[0] ?? '', status: error.status };
  if (error instanceof oauth.WWWAuthenticateChallengeError)
    return { code: '', status: error.status };
  const response =
    error instanceof oauth.OperationProcessingError && error.cause instanceof Response
      ? error.cause
      : undefined;
  return { code: '', status: response?.status ?? 0 };
}
