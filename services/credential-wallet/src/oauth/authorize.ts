import { createHash, randomBytes } from 'node:crypto';
import * as oauth from 'oauth4webapi';
import { WalletError } from '../errors.ts';
import type { CheckKeys } from '../keys/check-keys.ts';
import type { KeyProvider } from '../keys/key-provider.ts';
import { requireIds } from '../require-ids.ts';
import { decrypt, encrypt, type SecretOwner } from '../secrets/envelope.ts';
import type { Vault } from '../vault/vault.ts';
import type { FreshToken } from './fresh-token.ts';
import type { AccountOwner } from './grant-store.ts';
import type { SecretOAuthClient } from './oauth-client.ts';
import type { OAuthClients } from './oauth-clients.ts';
import type { TokenEndpoint } from './token-endpoint.ts';
import { keepTokens, readAccount } from './tokens.ts';

export interface AuthorizeParts {
  readonly vault: Vault;
  readonly keys: KeyProvider;
  readonly checkKeys: CheckKeys;
  readonly clients: OAuthClients;
  readonly endpoint: TokenEndpoint;
  readonly freshToken: FreshToken;
  /** `/oauth/callback` of channel-gateway as browsers reach it; empty where it is not configured. */
  readonly redirectUrl: string;
}

/** What comes back from the user's browser. */
export interface AuthorizationAnswer {
  readonly state: string;
  readonly code: string;
  readonly error: string;
}

interface Attempt {
  readonly owner: AccountOwner;
  readonly verifier: string;
  readonly redirectUrl: string;
  readonly expiresAt: number;
}

const lifetimeMs = 10 * 60_000;
const stateBytes = 32;
const maxTries = 5;

/** Signs in to the account behind a connection: authorization code with PKCE (RFC 6749, 4.1; RFC 7636), with a state that is good once. */
export class Authorize {
  readonly #parts: AuthorizeParts;

  constructor(parts: AuthorizeParts) {
    this.#parts = parts;
  }

  /** Gives where a person signs in; empty when nobody has to. */
  async start(owner: AccountOwner): Promise<string> {
    requireIds({ ...owner });
    await this.#requireConnection(owner);
    const client = await this.#client(owner.pluginId);
    if (client.flow === 'client_credentials') {
      await this.#parts.freshToken.get(owner, client);
      return '';
    }
    const { redirectUrl } = this.#parts;
    if (redirectUrl === '')
      throw new WalletError(
        'oauth_not_configured',
        'OAUTH_REDIRECT_URL of credential-wallet is not set; it is the address of /oauth/callback at channel-gateway as browsers reach it',
      );
    const state = randomBytes(stateBytes).toString('base64url');
    const verifier = oauth.generateRandomCodeVerifier();
    const expiresAt = Date.now() + lifetimeMs;
    await this.#keep(state, { owner, verifier, redirectUrl, expiresAt });
    return authorizationUrl(client, {
      redirect_uri: redirectUrl,
      state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    });
  }

  /** Gives the connection that was signed in. */
  async complete({ state, code, error }: AuthorizationAnswer): Promise<string> {
    const { owner, verifier, redirectUrl } = await this.#take(state);
    if (error !== '' || code === '')
      throw new WalletError(
        'authorization_refused',
        `the account did not let the plugin in (${/^[a-z_]{1,64}$/u.exec(error)?.[0] ?? 'no code'}); begin again with POST /admin/v1/connections/${owner.connectionId}/authorize`,
      );
    const client = await this.#client(owner.pluginId);
    await this.#parts.checkKeys.requireActive();
    const issued = await this.#parts.endpoint.exchange(client, { code, redirectUrl, verifier });
    for (let tries = 0; tries < maxTries; tries++) {
      const { vault, keys } = this.#parts;
      await this.#requireConnection(owner);
      // A refresh of the old sign-in may be under way; the new one counts.
      const { tokens: before } = await readAccount(vault, keys, owner.connectionId);
      const account = {
        owner,
        before: before && { ...before, refreshToken: undefined },
        client,
      };
      if (await keepTokens(vault, keys, account, { ...issued, action: 'authorize' }))
        return owner.connectionId;
    }
    throw new WalletError('config_conflict', 'the account is being changed by others; try again');
  }

  async #keep(state: string, attempt: Attempt): Promise<void> {
    const { vault, keys, checkKeys } = this.#parts;
    await checkKeys.requireActive();
    const { spaceId, pluginId } = attempt.owner;
    const owner: SecretOwner = {
      kind: 'oauth_attempt',
      spaceId,
      pluginId,
      connectionId: hashOf(state),
      revision: 1,
    };
    const envelope = await encrypt(keys, owner, JSON.stringify(attempt));
    await vault.transaction(({ secrets }) => secrets.put(owner, envelope));
  }

  /** Gone before it is used, so that a second answer with the same state finds nothing. */
  async #take(state: string): Promise<Attempt> {
    const { vault, keys } = this.#parts;
    const key = { kind: 'oauth_attempt', connectionId: hashOf(state) } as const;
    const stored = await vault.transaction(async ({ secrets }) => {
      const found = await secrets.find(key.connectionId, key.kind);
      return (await secrets.drop(key)) ? found : undefined;
    });
    if (stored?.envelope === undefined) throw expired();
    // Only the wallet writes it, and what was changed does not open.
    const attempt: Attempt = JSON.parse(await decrypt(keys, stored.owner, stored.envelope));
    if (attempt.expiresAt < Date.now()) throw expired();
    return attempt;
  }

  async #client(pluginId: string): Promise<SecretOAuthClient> {
    const client = await this.#parts.clients.find(pluginId);
    if (client !== undefined) return client;
    throw new WalletError(
      'oauth_not_configured',
      `there is no OAuth client of ${pluginId}; register one at the source, and put it with PUT /admin/v1/plugins/${pluginId}/oauth-client`,
    );
  }

  async #requireConnection({ connectionId, spaceId, pluginId }: AccountOwner): Promise<void> {
    const { vault } = this.#parts;
    const known = await vault.transaction(({ secrets }) => secrets.find(connectionId));
    const isSame = known?.owner.spaceId === spaceId && known.owner.pluginId === pluginId;
    if (known?.envelope === undefined || !isSame)
      throw new WalletError('not_found', `there is no config of connection ${connectionId}`);
  }
}

function authorizationUrl(
  client: SecretOAuthClient,
  parameters: Readonly<Record<string, string>>,
): string {
  // What the operator wrote behind it stays: some servers want access_type=offline or prompt=consent.
  const url = new URL(client.authorizationUrl);
  const all = {
    response_type: 'code',
    client_id: client.clientId,
    ...(client.scopes.length === 0 ? {} : { scope: client.scopes.join(' ') }),
    code_challenge_method: 'S256',
    ...parameters,
  };
  for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value);
  return url.href;
}

function hashOf(state: string): string {
  return createHash('sha256').update(state).digest('hex');
}

function expired(): WalletError {
  return new WalletError(
    'authorization_expired',
    'this sign-in is unknown, was used already, or took more than ten minutes; begin again',
  );
}
