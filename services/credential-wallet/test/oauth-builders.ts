import { makeSealingKeys, seal } from '@made-open/bus';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { WalletError } from '../src/errors.ts';
import { CheckKeys } from '../src/keys/check-keys.ts';
import type { KeyProvider } from '../src/keys/key-provider.ts';
import { AddToken } from '../src/oauth/add-token.ts';
import { Authorize } from '../src/oauth/authorize.ts';
import { FreshToken } from '../src/oauth/fresh-token.ts';
import type { OAuthClient, SecretOAuthClient } from '../src/oauth/oauth-client.ts';
import { OAuthClients } from '../src/oauth/oauth-clients.ts';
import {
  TokenEndpoint,
  type AuthorizationCode,
  type IssuedTokens,
} from '../src/oauth/token-endpoint.ts';
import type { Vault } from '../src/vault/vault.ts';
import { pluginId } from './builders.ts';

export function anOAuthClient(change: Partial<OAuthClient> = {}): OAuthClient {
  return {
    flow: 'authorization_code',
    clientId: 'client-1',
    authorizationUrl: 'https://login.example.com/authorize?prompt=consent',
    tokenUrl: 'https://login.example.com/token',
    scopes: ['contacts.read', 'offline_access'],
    tokenProperty: 'accessToken',
    authentication: 'basic',
    ...change,
  };
}

/** A server that rotates refresh tokens: one that is used again ends the sign-in. */
export class RotatingEndpoint extends TokenEndpoint {
  /** Refresh tokens that are good. */
  readonly good = new Set<string>(['signed-in']);
  readonly codes: AuthorizationCode[] = [];
  refreshes = 0;
  clientTokens = 0;
  expiresInSeconds: number | undefined = 3600;
  failure: WalletError | undefined;

  override async exchange(_: SecretOAuthClient, code: AuthorizationCode): Promise<IssuedTokens> {
    this.codes.push(code);
    return this.#issue();
  }

  override async refresh(_: SecretOAuthClient, refreshToken: string): Promise<IssuedTokens> {
    this.refreshes++;
    await delay(5);
    if (this.failure !== undefined) throw this.failure;
    if (!this.good.delete(refreshToken)) {
      this.good.clear();
      throw new WalletError('reauthentication_required', 'invalid_grant');
    }
    return this.#issue();
  }

  override async clientCredentials(): Promise<IssuedTokens> {
    this.clientTokens++;
    await delay(5);
    if (this.failure !== undefined) throw this.failure;
    return { ...this.#issue(), refreshToken: undefined };
  }

  #issue(): IssuedTokens {
    const refreshToken = randomUUID();
    this.good.add(refreshToken);
    const { expiresInSeconds } = this;
    return { accessToken: `access ${randomUUID()}`, refreshToken, expiresInSeconds };
  }
}

/** One replica's part of OAuth. */
export async function oauthOf(
  vault: Vault,
  keys: KeyProvider,
  endpoint: TokenEndpoint = new RotatingEndpoint(),
) {
  const { publicKey, privateKey: sealingKey } = await makeSealingKeys();
  const parts = { vault, keys, checkKeys: new CheckKeys(vault, keys), sealingKey };
  const clients = new OAuthClients(parts);
  const freshToken = new FreshToken({ ...parts, endpoint });
  const redirectUrl = 'https://open.example.com/oauth/callback';
  const authorize = new Authorize({ ...parts, clients, endpoint, freshToken, redirectUrl });
  const addToken = new AddToken({ ...parts, clients, freshToken });
  const putClient = async (client = anOAuthClient(), secret = 'marker-secret'): Promise<void> =>
    clients.put({
      pluginId,
      client,
      secret: await seal(publicKey, ['madeopen-oauth-client-put-v1', pluginId], secret),
      keepSecret: false,
    });
  return { clients, freshToken, authorize, addToken, putClient };
}
