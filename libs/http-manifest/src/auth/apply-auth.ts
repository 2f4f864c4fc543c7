import type { Auth, TokenExchange } from '../http-manifest.ts';
import { AuthError } from './auth-error.ts';
import type { AuthPorts, AuthRequest } from './auth-request.ts';
import {
  withCookie,
  withField,
  withHeader,
  withPath,
  withQuery,
  type Proof,
} from './place-value.ts';

/** Schemes whose token is asked for first. */
export type TokenAuth = Extract<
  Auth,
  { scheme: 'oauth2_client_credentials' | 'oauth2_refresh_token' | 'token_exchange' }
>;

type ApiKey = Extract<Auth, { scheme: 'api_key' }>;

/**
 * Puts what proves who asks into a request. Of schemes with a token nothing happens here (`withToken`), and of `hmac` neither
 * (`signed`): what is signed must be complete.
 */
export function applyAuth<T extends AuthRequest>(
  auth: Auth,
  { lookup, crypto }: AuthPorts,
  request: T,
): T {
  switch (auth.scheme) {
    case 'basic': {
      const { username, password, otherwise } = auth;
      const secret =
        password === undefined ? '' : lookup(password, { otherwise, mayBeEmpty: true });
      const value = `Basic ${crypto.base64(`${lookup(username)}:${secret}`)}`;
      return withHeader(request, { name: 'Authorization', value });
    }
    case 'bearer': {
      const { token, otherwise, prefix = 'Bearer ' } = auth;
      const value = `${prefix}${lookup(token, { otherwise })}`;
      return withHeader(request, { name: 'Authorization', value });
    }
    case 'api_key_header': {
      const value = `${auth.prefix ?? ''}${lookup(auth.value)}`;
      return withHeader(request, { name: auth.header_name, value });
    }
    case 'api_key_query':
      return withQuery(request, { name: auth.query_name, value: lookup(auth.value) });
    case 'api_key':
      return withApiKey(auth, request, `${auth.prefix ?? ''}${lookup(auth.value)}`);
    default:
      return request;
  }
}

/** Whether a token has to be had first. */
export function needsToken(auth: Auth): auth is TokenAuth {
  return (
    auth.scheme === 'oauth2_client_credentials' ||
    auth.scheme === 'oauth2_refresh_token' ||
    auth.scheme === 'token_exchange'
  );
}

/** With the token that was asked for. */
export function withToken<T extends AuthRequest>(auth: TokenAuth, token: string, request: T): T {
  if (auth.scheme !== 'token_exchange')
    return withHeader(request, { name: 'Authorization', value: `Bearer ${token}` });
  return withExchanged(auth.apply, token, request);
}

function withExchanged<T extends AuthRequest>(
  { in: place, name, prefix = '' }: TokenExchange['apply'],
  token: string,
  request: T,
): T {
  const proof = { name, value: `${prefix}${token}` };
  return place === 'query' ? withQuery(request, proof) : withHeader(request, proof);
}

function withApiKey<T extends AuthRequest>(auth: ApiKey, request: T, value: string): T {
  const proof: Proof = { name: auth.name, value };
  switch (auth.in) {
    case 'query':
      return withQuery(request, proof);
    case 'cookie':
      return withCookie(request, proof);
    case 'path':
      return withPath(request, proof);
    case 'body':
      return withField(request, proof);
    default:
      return withHeader(request, proof);
  }
}

/** Whether it is an Auth of which something is known. */
export function readAuth(value: unknown): Auth {
  if (value === undefined || value === null) return { scheme: 'none' };
  if (isAuth(value)) return value;
  throw new AuthError('http.auth', 'nothing is known of the auth that the request names');
}

const fields: Readonly<Record<Auth['scheme'], readonly string[]>> = {
  none: [],
  basic: ['username'],
  bearer: ['token'],
  api_key_header: ['header_name', 'value'],
  api_key_query: ['query_name', 'value'],
  api_key: ['in', 'name', 'value'],
  oauth2_client_credentials: ['token_url', 'client_id', 'client_secret'],
  oauth2_refresh_token: ['token_url', 'client_id', 'refresh_token'],
  token_exchange: [],
  hmac: ['algorithm', 'key', 'encoding', 'in', 'name'],
};

const groups: Readonly<Partial<Record<Auth['scheme'], readonly string[]>>> = {
  token_exchange: ['request', 'apply'],
  hmac: ['string_to_sign'],
};

function isAuth(value: unknown): value is Auth {
  if (typeof value !== 'object' || value === null) return false;
  const scheme: unknown = Reflect.get(value, 'scheme');
  if (typeof scheme !== 'string' || !isScheme(scheme)) return false;
  const hasTexts = fields[scheme].every((name) => typeof Reflect.get(value, name) === 'string');
  return hasTexts && (groups[scheme] ?? []).every((name) => isObject(Reflect.get(value, name)));
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isScheme(scheme: string): scheme is Auth['scheme'] {
  return Object.hasOwn(fields, scheme);
}
