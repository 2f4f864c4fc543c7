import { open, type SealedBox } from '@made-open/bus';
import { endpointConfigs } from '@made-open/contracts';
import type { webcrypto } from 'node:crypto';
import { requireIds } from '../require-ids.ts';
import { WalletError } from '../errors.ts';
import type { CheckKeys } from '../keys/check-keys.ts';
import type { KeyProvider } from '../keys/key-provider.ts';
import type { Vault } from '../vault/vault.ts';
import { decrypt, encrypt, type SecretOwner } from './envelope.ts';
import { withFormer } from './former-secrets.ts';
import { mergeConfig } from './merge-config.ts';
import type { HeldSecret, StoredSecret } from './secret-store.ts';

export interface PutRequest {
  readonly spaceId: string;
  readonly connectionId: string;
  readonly pluginId: string;
  readonly config: SealedBox | undefined;
  /** Of these the stored value stays, where there is one. */
  readonly keptProperties?: readonly string[];
  /** The stored config stays, and gets what it lacks. */
  readonly isAddition?: boolean;
  /** Of an endpoint: for so long its former secret signs, too. */
  readonly keepFormerSeconds?: number;
}

type Owner = Pick<PutRequest, 'spaceId' | 'connectionId' | 'pluginId'>;

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
  async put({
    config,
    keptProperties = [],
    isAddition = false,
    keepFormerSeconds = 0,
    ...of
  }: PutRequest): Promise<number> {
    requireIds({ ...of });
    requireEndpoint(of, keepFormerSeconds);
    const given = await this.#unseal(of, config, isAddition);
    await this.#parts.checkKeys.requireActive();
    for (let tries = 0; tries < maxTries; tries++) {
      const known = await this.#known(of);
      const value = isAddition
        ? await this.#added(of, given, known)
        : await this.#kept(given, known, keptProperties);
      const stored = await this.#withFormer(value, known, keepFormerSeconds);
      const owner: SecretOwner = {
        kind: 'config',
        ...of,
        revision: (known?.owner.revision ?? 0) + 1,
      };
      if (await this.#store(owner, stored)) return owner.revision;
    }
    throw new WalletError(
      'config_conflict',
      `the config of ${of.connectionId} is being changed by others; try again`,
    );
  }

  async #unseal(
    { spaceId, connectionId, pluginId }: Owner,
    config: SealedBox | undefined,
    isAddition: boolean,
  ): Promise<string> {
    if (config === undefined) throw new WalletError('seal_refused', 'the request has no config');
    const purpose = isAddition ? 'madeopen-config-add-v1' : 'madeopen-config-put-v1';
    const info = [purpose, spaceId, connectionId, pluginId];
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

  async #known(of: Owner): Promise<HeldSecret | undefined> {
    const { vault } = this.#parts;
    const known = await vault.transaction(({ secrets }) => secrets.find(of.connectionId));
    return known === undefined ? undefined : heldBy(known, of);
  }

  async #added(
    { connectionId }: Owner,
    given: string,
    known: HeldSecret | undefined,
  ): Promise<string> {
    if (known === undefined)
      throw new WalletError('not_found', `there is no config of connection ${connectionId}`);
    return mergeConfig(given, await this.#open(known), 'all');
  }

  async #kept(
    given: string,
    known: HeldSecret | undefined,
    properties: readonly string[],
  ): Promise<string> {
    const stored = properties.length === 0 ? undefined : await this.#openIfPossible(known);
    return stored === undefined ? given : mergeConfig(given, stored, properties);
  }

  async #withFormer(
    value: string,
    known: HeldSecret | undefined,
    seconds: number,
  ): Promise<string> {
    const former = seconds === 0 ? undefined : await this.#openIfPossible(known);
    return former === undefined ? value : withFormer(value, former, { now: new Date(), seconds });
  }

  /** What does not open any more is put right by storing another. */
  async #openIfPossible(known: HeldSecret | undefined): Promise<string | undefined> {
    if (known === undefined) return undefined;
    try {
      return await this.#open(known);
    } catch (error) {
      if (error instanceof WalletError) return undefined;
      throw error;
    }
  }

  #open({ owner, envelope }: HeldSecret): Promise<string> {
    return decrypt(this.#parts.keys, owner, envelope);
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

function requireEndpoint({ pluginId }: Owner, keepFormerSeconds: number): void {
  if (keepFormerSeconds > 0 && pluginId !== endpointConfigs)
    throw new WalletError('invalid_request', 'only endpoints keep their former secret');
}

function heldBy({ owner, envelope }: StoredSecret, of: Owner): HeldSecret {
  const { connectionId, spaceId, pluginId } = of;
  if (owner.spaceId !== spaceId || owner.pluginId !== pluginId)
    throw new WalletError(
      'owner_differs',
      `connection ${connectionId} belongs to another space or plugin; make a new connection`,
    );
  if (envelope === undefined)
    throw new WalletError('config_removed', `connection ${connectionId} was deleted`);
  return { owner, envelope };
}
