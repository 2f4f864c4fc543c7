import { WalletError } from '../errors.ts';

/** How a plugin's connections get access tokens, as the operator configured it. */
export interface OAuthClient {
  readonly flow: 'authorization_code' | 'client_credentials';
  readonly clientId: string;
  /** Empty for client credentials. */
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly scopes: readonly string[];
  /** The property of the config that becomes the access token. */
  readonly tokenProperty: string;
  /** How the secret is shown. */
  readonly authentication: 'basic' | 'post';
}

/** With its secret; a public client has none. */
export interface SecretOAuthClient extends OAuthClient {
  readonly secret: string | undefined;
}

/** What secrets and tokens are good for: shown anywhere else they would be given away. */
export function audienceOf({ tokenUrl, clientId }: OAuthClient): string {
  return `${new URL(tokenUrl).origin} ${clientId}`;
}

/** Throws with what is wrong, without values. */
export function checkOAuthClient(client: OAuthClient): OAuthClient {
  const faults = [
    ...(isText(client.clientId, 512) ? [] : ['client_id must have 1 to 512 printable characters']),
    ...(isHttps(client.tokenUrl) ? [] : ['token_url must be an https URL']),
    ...(client.flow === 'client_credentials' || isHttps(client.authorizationUrl)
      ? []
      : ['authorization_url must be an https URL']),
    // RFC 6749, 3.3.
    ...(client.scopes.every((scope) => /^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/u.test(scope))
      ? []
      : ['a scope must be printable, without spaces and quotes']),
    ...(/^[A-Za-z_$][\w$-]{0,99}$/u.test(client.tokenProperty)
      ? []
      : ['token_property must be a name of a config field']),
  ];
  if (faults.length > 0) throw new WalletError('invalid_request', faults.join('; '));
  return client;
}

function isText(text: string, maxLength: number): boolean {
  return text.length <= maxLength && /^[\x21-\x7e]+$/u.test(text);
}

function isHttps(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || url.protocol !== 'https:') return false;
  return url.username === '' && url.password === '' && url.hash === '' && text.length <= 2000;
}
