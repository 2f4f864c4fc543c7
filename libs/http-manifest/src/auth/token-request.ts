import type { OAuthClientCredentials, OAuthRefreshToken } from '../http-manifest.ts';
import { AuthError } from './auth-error.ts';
import type { AuthPorts } from './auth-request.ts';
import { formText } from './place-value.ts';

/** A request that gives a token. */
export interface TokenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What an answer with a token says. */
export interface GivenToken {
  readonly token: string;
  readonly expiresInSeconds?: number | undefined;
  /** In the place of the one that was used (RFC 6749, 6). */
  readonly refreshToken?: string | undefined;
}

/** RFC 6749, 4.4.2 and 6; a rotated refresh token takes the place of that of the connection. */
export function tokenRequest(
  auth: OAuthClientCredentials | OAuthRefreshToken,
  { lookup, crypto }: AuthPorts,
  rotated?: string,
): TokenRequest {
  const id = lookup(auth.client_id);
  const secret = auth.client_secret === undefined ? undefined : lookup(auth.client_secret);
  const isBasic = secret !== undefined && auth.client_authentication !== 'post';
  const refreshToken = (): string =>
    rotated ?? (auth.scheme === 'oauth2_refresh_token' ? lookup(auth.refresh_token) : '');
  const fields = {
    ...auth.token_params,
    ...(auth.scheme === 'oauth2_client_credentials'
      ? grantFields(auth)
      : { grant_type: 'refresh_token', refresh_token: refreshToken() }),
    ...(isBasic ? {} : clientFields(id, secret)),
  };
  return {
    method: 'POST',
    url: auth.token_url,
    headers: {
      Accept: 'application/json',
      'Content-Type': 'application/x-www-form-urlencoded',
      // RFC 6749, 2.3.1: both as a form has them.
      ...(isBasic
        ? { Authorization: `Basic ${crypto.base64(`${formText(id)}:${formText(secret)}`)}` }
        : {}),
    },
    body: Object.entries(fields)
      .map(([name, value]) => `${formText(name)}=${formText(value)}`)
      .join('&'),
  };
}

function grantFields({ scopes = [], audience }: OAuthClientCredentials): Record<string, string> {
  return {
    grant_type: 'client_credentials',
    ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
    ...(audience === undefined ? {} : { audience }),
  };
}

function clientFields(id: string, secret: string | undefined): Record<string, string> {
  return { client_id: id, ...(secret === undefined ? {} : { client_secret: secret }) };
}

/** Reads an answer of a token endpoint (RFC 6749, 5.1); `text` is never shown. */
export function readToken(status: number, text: string): GivenToken {
  const answer = status >= 200 && status < 300 ? parsed(text) : {};
  const { access_token: token, expires_in: expires, refresh_token: refreshToken } = answer;
  if (typeof token !== 'string' || token === '') throw noToken(status);
  const seconds = Number(expires);
  return {
    token,
    ...(expires !== undefined && seconds > 0 ? { expiresInSeconds: seconds } : {}),
    ...(typeof refreshToken === 'string' && refreshToken !== '' ? { refreshToken } : {}),
  };
}

/** Refused for good, or to be tried again later. */
export function noToken(status: number): AuthError {
  if (status >= 500 || status === 429 || status === 408)
    return new AuthError(
      'http.auth_unavailable',
      `the token endpoint answered with status ${String(status)}; nothing was sent, try again later`,
    );
  return new AuthError(
    'http.auth_refused',
    `the token endpoint answered with status ${String(status)} and no token; look whether the credentials of the connection are right`,
  );
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
