import { open, type SealedBox } from '@made-open/bus';
import type { webcrypto } from 'node:crypto';
import { WalletError } from '../errors.ts';
import type { CheckKeys } from '../keys/check-keys.ts';
import type { KeyProvider } from '../keys/key-provider.ts';
import { requireIds } from '../require-ids.ts';
import { decrypt, encrypt, type SecretOwner } from '../secrets/envelope.ts';
import type { Vault } from '../vault/vault.ts';
import {
  audienceOf,
  checkOAuthClient,
  type OAuthClient,
  type SecretOAuthClient,
} from './oauth-client.ts';

export interface OAuthClientsParts {
  readonly vault: Vault;
  readonly keys: KeyProvider;
  readonly checkKeys: CheckKeys;
  /** Opens what the manager sealed. */
  readonly sealingKey: webcrypto.CryptoKey;
}

export interface PutClient {
  readonly pluginId: string;
  readonly client: OAuthClient;
  /** Absent for a public client. */
  readonly secret: SealedBox | undefined;
  readonly keepSecret: boolean;
}

const maxTries = 5;
/** A client belongs to a plugin and not to a space. */
const noSpace = '';

/** The OAuth clients that an operator registered for plugins; each is kept like a config. */
export class OAuthClients {
  readonly #parts: OAuthClientsParts;

  constructor(parts: OAuthClientsParts) {
    this.#parts = parts;
  }

  async put({ pluginId, client, secret: box, keepSecret }: PutClient): Promise<void> {
    requireIds({ pluginId });
    checkOAuthClient(client);
    const given = box === undefined ? undefined : await this.#unseal(pluginId, box);
    await this.#parts.checkKeys.requireActive();
    for (let tries = 0; tries < maxTries; tries++) {
      const known = await this.#read(pluginId);
      const secret = keepSecret ? keptSecret(known?.client, client) : given;
      const owner = ownerOf(pluginId, (known?.revision ?? 0) + 1);
      if (await this.#store(owner, { ...client, secret })) return;
    }
    throw new WalletError(
      'config_conflict',
      `the OAuth client of ${pluginId} is being changed by others; try again`,
    );
  }

  /** With its secret: for the token endpoint alone. */
  async find(pluginId: string): Promise<SecretOAuthClient | undefined> {
    return (await this.#read(pluginId))?.client;
  }

  async remove(pluginId: string): Promise<void> {
    requireIds({ pluginId });
    await this.#parts.vault.transaction(async ({ secrets, audit }) => {
      if (!(await secrets.drop({ kind: 'oauth_client', connectionId: pluginId }))) return;
      await audit.append({ ...entryOf(pluginId), action: 'erase', outcome: 'erased' });
    });
  }

  async #unseal(pluginId: string, box: SealedBox): Promise<string> {
    try {
      return await open(this.#parts.sealingKey, ['madeopen-oauth-client-put-v1', pluginId], box);
    } catch (cause) {
      throw new WalletError(
        'seal_refused',
        'the secret was not sealed to this wallet and plugin; is WALLET_SEALING_PUBLIC_KEY_FILE of plugin-manager the wallet’s?',
        { cause },
      );
    }
  }

  async #read(
    pluginId: string,
  ): Promise<{ client: SecretOAuthClient; revision: number } | undefined> {
    const { vault, keys } = this.#parts;
    const stored = await vault.transaction(({ secrets }) => secrets.find(pluginId, 'oauth_client'));
    if (stored?.envelope === undefined) return undefined;
    // Only the wallet writes it, and what was changed does not open.
    const client: SecretOAuthClient = JSON.parse(
      await decrypt(keys, stored.owner, stored.envelope),
    );
    return { client, revision: stored.owner.revision };
  }

  async #store(owner: SecretOwner, client: SecretOAuthClient): Promise<boolean> {
    const envelope = await encrypt(this.#parts.keys, owner, JSON.stringify(client));
    return this.#parts.vault.transaction(async ({ secrets, audit }) => {
      const isStored = await secrets.put(owner, envelope);
      if (isStored)
        await audit.append({
          ...entryOf(owner.pluginId),
          action: 'put',
          outcome: `revision ${String(owner.revision)}`,
        });
      return isStored;
    });
  }
}

/** A secret that nobody can read must not be sent to another server either. */
function keptSecret(known: SecretOAuthClient | undefined, client: OAuthClient): string | undefined {
  if (known?.secret === undefined || audienceOf(known) === audienceOf(client)) return known?.secret;
  throw new WalletError(
    'invalid_request',
    'client_secret must be given again, or null, when client_id or the host of token_url changes; everybody then signs in again',
  );
}

function ownerOf(pluginId: string, revision: number): SecretOwner {
  return { kind: 'oauth_client', spaceId: noSpace, pluginId, connectionId: pluginId, revision };
}

function entryOf(pluginId: string) {
  return { spaceId: noSpace, who: 'plugin-manager', connectionId: `oauth-client:${pluginId}` };
}
