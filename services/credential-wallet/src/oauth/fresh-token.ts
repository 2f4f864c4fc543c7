import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { WalletError } from '../errors.ts';
import type { CheckKeys } from '../keys/check-keys.ts';
import type { KeyProvider } from '../keys/key-provider.ts';
import type { Vault } from '../vault/vault.ts';
import type { AccountOwner } from './grant-store.ts';
import { audienceOf, type OAuthClient, type SecretOAuthClient } from './oauth-client.ts';
import type { IssuedTokens, TokenEndpoint } from './token-endpoint.ts';
import { isFresh, keepTokens, readAccount, type Account, type Tokens } from './tokens.ts';

export interface FreshTokenParts {
  readonly vault: Vault;
  readonly keys: KeyProvider;
  readonly checkKeys: CheckKeys;
  readonly endpoint: TokenEndpoint;
}

/** Longer than the token endpoint is given: who has the lease is not overtaken while it waits for an answer. */
const leaseSeconds = 30;
const patienceMs = 12_000;
const pauseMs = 100;

/**
 * Gives an access token that is good, and refreshes it when it is not. However many ask, in however many replicas, one
 * refreshes: with rotating refresh tokens a second use of the same one would end the sign-in.
 */
export class FreshToken {
  readonly #parts: FreshTokenParts;
  readonly #refreshing = new Map<string, Promise<Tokens | undefined>>();

  constructor(parts: FreshTokenParts) {
    this.#parts = parts;
  }

  /** `rejected` is the revision of a token that the source did not accept; 0 for none. */
  async get(owner: AccountOwner, client: SecretOAuthClient, rejected = 0): Promise<Tokens> {
    const deadline = performance.now() + patienceMs;
    while (performance.now() < deadline) {
      const tokens = await this.#usable(owner, client, rejected);
      if (tokens !== undefined) return tokens;
      const refreshed = await this.#refreshOnce(owner, client, rejected);
      if (refreshed !== undefined) return refreshed;
      // Another replica has the lease.
      await delay(pauseMs);
    }
    throw new WalletError(
      'oauth_unavailable',
      `the access token of ${owner.connectionId} is being refreshed, which takes long; try again`,
    );
  }

  async #usable(
    owner: AccountOwner,
    client: SecretOAuthClient,
    rejected: number,
  ): Promise<Tokens | undefined> {
    const { grant, tokens } = await this.#account(owner, client);
    if (grant?.refusal !== undefined)
      throw new WalletError('reauthentication_required', grant.refusal.message);
    if (tokens !== undefined && tokens.revision !== rejected && isFresh(tokens, Date.now()))
      return tokens;
    if (client.flow === 'authorization_code' && tokens?.refreshToken === undefined)
      throw await this.#refused(
        owner,
        { before: tokens, client },
        signInNeeded(owner, client, tokens),
      );
    return undefined;
  }

  /** Tokens that another client was given are of no use to this one, and are not shown to its server. */
  async #account({ connectionId }: AccountOwner, client: OAuthClient): Promise<Account> {
    const account = await readAccount(this.#parts.vault, this.#parts.keys, connectionId);
    const { tokens } = account;
    if (tokens === undefined || tokens.audience === audienceOf(client)) return account;
    return { ...account, tokens: { ...tokens, refreshToken: undefined, expiresAt: 0 } };
  }

  /** All who ask here wait for the same refresh. */
  async #refreshOnce(
    owner: AccountOwner,
    client: SecretOAuthClient,
    rejected: number,
  ): Promise<Tokens | undefined> {
    const { connectionId } = owner;
    const running =
      this.#refreshing.get(connectionId) ??
      this.#refresh(owner, client, rejected).finally(() => this.#refreshing.delete(connectionId));
    this.#refreshing.set(connectionId, running);
    const tokens = await running;
    return tokens?.revision === rejected ? undefined : tokens;
  }

  async #refresh(
    owner: AccountOwner,
    client: SecretOAuthClient,
    rejected: number,
  ): Promise<Tokens | undefined> {
    const { vault, keys, checkKeys } = this.#parts;
    // What the server gives must be kept: without a key to wrap it under, the refresh token would be used up for nothing.
    await checkKeys.requireActive();
    const leaseId = randomUUID();
    const isMine = await vault.transaction(({ grants }) =>
      grants.lease(owner, leaseId, leaseSeconds),
    );
    if (!isMine) return undefined;
    try {
      // Behind the lease: another may have refreshed since this one looked.
      const { tokens: before } = await this.#account(owner, client);
      if (before !== undefined && before.revision !== rejected && isFresh(before, Date.now()))
        return before;
      const issued = await this.#issue(owner, client, before);
      const kept = await keepTokens(
        vault,
        keys,
        { owner, before, client },
        { ...issued, action: 'refresh' },
      );
      return kept ?? (await this.#newer(owner));
    } finally {
      await vault.transaction(({ grants }) => grants.release(owner.connectionId, leaseId));
    }
  }

  /** Somebody signed in meanwhile, or the connection is gone. */
  async #newer({ connectionId }: AccountOwner): Promise<Tokens> {
    const { tokens } = await readAccount(this.#parts.vault, this.#parts.keys, connectionId);
    if (tokens !== undefined) return tokens;
    throw new WalletError('not_found', `there is no config of connection ${connectionId}`);
  }

  async #issue(
    owner: AccountOwner,
    client: SecretOAuthClient,
    before: Tokens | undefined,
  ): Promise<IssuedTokens> {
    const { endpoint } = this.#parts;
    if (client.flow === 'client_credentials') return endpoint.clientCredentials(client);
    try {
      return await endpoint.refresh(client, before?.refreshToken ?? '');
    } catch (error) {
      if (error instanceof WalletError && error.code === 'wallet.reauthentication_required')
        throw await this.#refused(
          owner,
          { before, client },
          new WalletError(
            'reauthentication_required',
            `${error.message}; ${whereToSignIn(owner)}`,
            { cause: error },
          ),
        );
      throw error;
    }
  }

  /** Notes that somebody has to sign in again, unless that has just happened. */
  async #refused(
    owner: AccountOwner,
    {
      before,
      client: { tokenProperty },
    }: { before: Tokens | undefined; client: SecretOAuthClient },
    error: WalletError,
  ): Promise<WalletError> {
    const { connectionId, spaceId } = owner;
    const refusal = { code: error.code, message: error.message };
    await this.#parts.vault.transaction(async ({ secrets, grants, announcements, audit }) => {
      const stored = await secrets.find(connectionId, 'oauth_tokens');
      const config = await secrets.find(connectionId);
      if (config?.envelope === undefined || stored?.owner.revision !== before?.revision) return;
      const revision = await grants.settle(owner, refusal);
      await announcements.append({ owner, refusal, revision, tokenProperty });
      await audit.append({
        spaceId,
        who: 'credential-wallet',
        action: 'refresh',
        connectionId,
        outcome: `refused: ${error.code}`,
      });
    });
    return error;
  }
}

function signInNeeded(
  owner: AccountOwner,
  client: OAuthClient,
  tokens: Tokens | undefined,
): WalletError {
  const why =
    tokens === undefined
      ? 'nobody has signed in to the account yet'
      : tokens.audience === audienceOf(client)
        ? 'the access token has ended, and the source gave none to refresh it with'
        : 'the sign-in was made with another OAuth client';
  return new WalletError('reauthentication_required', `${why}; ${whereToSignIn(owner)}`);
}

function whereToSignIn({ connectionId }: AccountOwner): string {
  return `open the address that POST /admin/v1/connections/${connectionId}/authorize gives`;
}
