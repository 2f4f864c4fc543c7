import { open, type SealedBox } from '@made-open/bus';
import type { webcrypto } from 'node:crypto';
import { requireIds } from '../require-ids.ts';
import { WalletError } from '../errors.ts';
import type { CheckKeys } from '../keys/check-keys.ts';
import type { KeyProvider } from '../keys/key-provider.ts';
import type { Vault } from '../vault/vault.ts';
import { encrypt, type SecretOwner } from './envelope.ts';
import type { StoredSecret } from './secret-store.ts';

export interface PutRequest {
  readonly spaceId: string;
  readonly connectionId: string;
  readonly pluginId: string;
  readonly config: SealedBox | undefined;
}

export interface PutConfigParts {
  readonly vault: Vault;
  readonly keys: KeyProvider;
  readonly checkKeys: CheckKeys;
  /** Opens what the manager sealed. */
  readonly sealingKey: webcrypto.CryptoKey;
}

const maxTries = 5;

/** Takes a config that was sealed to the wallet and keeps it encrypted as the connection's next revision. */
export class PutConfig {
  readonly #parts: PutConfigParts;

  constructor(parts: PutConfigParts) {
    this.#parts = parts;
  }

  /** Gives the revision; a config that was put twice is two revisions of the same. */
  async put({ config, ...request }: PutRequest): Promise<number> {
    requireIds(request);
    const value = await this.#unseal(request, config);
    await this.#parts.checkKeys.requireActive();
    for (let tries = 0; tries < maxTries; tries++) {
      const owner = await this.#nextOwner(request);
      if (await this.#store(owner, value)) return owner.revision;
    }
    throw new WalletError(
      'config_conflict',
      `the config of ${request.connectionId} is being changed by others; try again`,
    );
  }

  async #unseal(
    { spaceId, connectionId, pluginId }: Omit<PutRequest, 'config'>,
    config: SealedBox | undefined,
  ): Promise<string> {
    if (config === undefined) throw new WalletError('seal_refused', 'the request has no config');
    const info = ['madeopen-config-put-v1', spaceId, connectionId, pluginId];
    try {
      return await open(this.#parts.sealingKey, info, config);
    } catch (cause) {
      throw new WalletError(
        'seal_refused',
        'the config was not sealed to this wallet and connection; is WALLET_SEALING_PUBLIC_KEY_FILE of plugin-manager the wallet’s?',
        { cause },
      );
    }
  }

  async #nextOwner(request: Omit<PutRequest, 'config'>): Promise<SecretOwner> {
    const { vault } = this.#parts;
    const known = await vault.transaction(({ secrets }) => secrets.find(request.connectionId));
    if (known !== undefined) requireSameOwner(known, request);
    return { kind: 'config', ...request, revision: (known?.owner.revision ?? 0) + 1 };
  }

  /** Encrypted before the transaction: a key service may take its time. */
  async #store(owner: SecretOwner, value: string): Promise<boolean> {
    const envelope = await encrypt(this.#parts.keys, owner, value);
    return this.#parts.vault.transaction(async ({ secrets, audit }) => {
      const isStored = await secrets.put(owner, envelope);
      if (isStored)
        await audit.append({
          spaceId: owner.spaceId,
          who: 'plugin-manager',
          action: 'put',
          connectionId: owner.connectionId,
          outcome: `revision ${String(owner.revision)}`,
        });
      return isStored;
    });
  }
}

function requireSameOwner(
  { owner, envelope }: StoredSecret,
  { connectionId, spaceId, pluginId }: Omit<PutRequest, 'config'>,
): void {
  if (owner.spaceId !== spaceId || owner.pluginId !== pluginId)
    throw new WalletError(
      'owner_differs',
      `connection ${connectionId} belongs to another space or plugin; make a new connection`,
    );
  if (envelope === undefined)
    throw new WalletError('config_removed', `connection ${connectionId} was deleted`);
}
