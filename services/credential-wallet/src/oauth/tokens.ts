import type { KeyProvider } from '../keys/key-provider.ts';
import { decrypt, encrypt, type SecretOwner } from '../secrets/envelope.ts';
import type { Vault } from '../vault/vault.ts';
import type { AccountOwner, Grant } from './grant-store.ts';
import { audienceOf, type OAuthClient } from './oauth-client.ts';
import type { IssuedTokens } from './token-endpoint.ts';

/** The tokens of an account as they are kept. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken?: string | undefined;
  readonly issuedAt: number;
  /** Absent when the server did not say. */
  readonly expiresAt?: number | undefined;
  readonly revision: number;
  /** Of the client that they were issued to. */
  readonly audience: string;
}

export interface Account {
  readonly grant: Grant | undefined;
  readonly tokens: Tokens | undefined;
}

/** So long before its end a token is refreshed: a run that gets it should be able to begin with it. */
const earlyMs = 60_000;

/** Whether a token may still be handed out. */
export function isFresh({ issuedAt, expiresAt }: Tokens, now: number): boolean {
  if (expiresAt === undefined) return true;
  const early = Math.min(earlyMs, (expiresAt - issuedAt) / 5);
  return now < expiresAt - early;
}

/** Reads what is known of an account. */
export async function readAccount(
  vault: Vault,
  keys: KeyProvider,
  connectionId: string,
): Promise<Account> {
  const { grant, stored } = await vault.transaction(async ({ grants, secrets }) => ({
    grant: await grants.find(connectionId),
    stored: await secrets.find(connectionId, 'oauth_tokens'),
  }));
  if (stored?.envelope === undefined) return { grant, tokens: undefined };
  // Only the wallet writes it, and what was changed does not open.
  const tokens: Omit<Tokens, 'revision'> = JSON.parse(
    await decrypt(keys, stored.owner, stored.envelope),
  );
  return { grant, tokens: { ...tokens, revision: stored.owner.revision } };
}

/**
 * Keeps new tokens behind those of a revision, says so to others if it is news, and ends the lease. Undefined when there are newer ones
 * already, or the connection is gone.
 */
export async function keepTokens(
  vault: Vault,
  keys: KeyProvider,
  account: {
    readonly owner: AccountOwner;
    readonly before: Tokens | undefined;
    readonly client: OAuthClient;
  },
  issued: IssuedTokens & { readonly action: 'authorize' | 'refresh' },
): Promise<Tokens | undefined> {
  const { owner, before, client } = account;
  const revision = (before?.revision ?? 0) + 1;
  const secretOwner: SecretOwner = { kind: 'oauth_tokens', ...owner, revision };
  const issuedAt = Date.now();
  const { accessToken, expiresInSeconds } = issued;
  const tokens = {
    accessToken,
    refreshToken: issued.refreshToken ?? before?.refreshToken,
    issuedAt,
    audience: audienceOf(client),
    ...(expiresInSeconds === undefined ? {} : { expiresAt: issuedAt + expiresInSeconds * 1000 }),
  };
  const envelope = await encrypt(keys, secretOwner, JSON.stringify(tokens));
  const isKept = await vault.transaction(async ({ secrets, grants, announcements, audit }) => {
    const config = await secrets.find(owner.connectionId);
    if (config?.envelope === undefined || !(await secrets.put(secretOwner, envelope))) return false;
    const known = await grants.find(owner.connectionId);
    const grant = { owner, refusal: undefined, tokenProperty: client.tokenProperty };
    const now = { ...grant, revision: await grants.settle(owner, undefined) };
    const isNews =
      issued.action === 'authorize' || before === undefined || known?.refusal !== undefined;
    if (isNews) await announcements.append(now);
    await audit.append({
      spaceId: owner.spaceId,
      who: 'credential-wallet',
      action: issued.action,
      connectionId: owner.connectionId,
      outcome: `token ${String(revision)}`,
    });
    return true;
  });
  return isKept ? { ...tokens, revision } : undefined;
}
