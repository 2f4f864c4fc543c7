import { open, seal, signBox, type SealedBox } from '@made-open/bus';
import type { webcrypto } from 'node:crypto';
import { WalletError } from '../errors.ts';
import type { AuditLog } from '../secrets/audit-log.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import type { RunnerStore } from './runner-store.ts';

export interface WalletKeys {
  /** Opens what the manager sealed. */
  readonly sealingKey: webcrypto.CryptoKey;
  /** Ed25519, PKCS8 PEM. */
  readonly signingKey: string;
}

export interface PutRequest {
  readonly spaceId: string;
  readonly connectionId: string;
  readonly pluginId: string;
  readonly config: SealedBox | undefined;
}

export interface DeliverRequest {
  readonly runnerId: string;
  readonly connectionId: string;
  readonly runId: string;
  readonly nonce: Uint8Array;
}

const nonceBytes = 16;

/** Takes configs in and gives them out, sealed both times; every use is in the audit. */
export class ConfigDelivery {
  readonly #secrets: SecretStore;
  readonly #runners: RunnerStore;
  readonly #audit: AuditLog;
  readonly #keys: WalletKeys;

  constructor(secrets: SecretStore, runners: RunnerStore, audit: AuditLog, keys: WalletKeys) {
    this.#secrets = secrets;
    this.#runners = runners;
    this.#audit = audit;
    this.#keys = keys;
  }

  async put({ spaceId, connectionId, pluginId, config }: PutRequest): Promise<number> {
    if (config === undefined) throw new WalletError('seal_refused', 'the request has no config');
    const value = await open(
      this.#keys.sealingKey,
      ['madeopen-config-put-v1', spaceId, connectionId, pluginId],
      config,
    ).catch((cause: unknown) => {
      throw new WalletError(
        'seal_refused',
        'the config was not sealed to this wallet and connection',
        { cause },
      );
    });
    const revision = await this.#secrets.put({ spaceId, connectionId, pluginId }, value);
    await this.#audit.append({
      who: 'plugin-manager',
      action: 'put',
      connectionId,
      outcome: `revision ${String(revision)}`,
    });
    return revision;
  }

  /** `pluginId` is the one whose runner NATS let publish the request; runner and config must be of the same. */
  async deliver(
    pluginId: string,
    { runnerId, connectionId, runId, nonce }: DeliverRequest,
  ): Promise<{ config: SealedBox; revision: number; signature: Uint8Array }> {
    try {
      if (nonce.byteLength !== nonceBytes)
        throw new WalletError('runner_refused', `a nonce has ${String(nonceBytes)} bytes`);
      const publicKey = await this.#runners.publicKey(pluginId, runnerId);
      const { owner, value } = await this.#secrets.open(connectionId);
      if (owner.pluginId !== pluginId)
        throw new WalletError(
          'runner_refused',
          `connection ${connectionId} does not belong to ${pluginId}`,
        );
      const info = [
        'madeopen-config-v1',
        pluginId,
        connectionId,
        runId,
        Buffer.from(nonce).toString('hex'),
      ];
      const config = await seal(publicKey, info, value);
      await this.#audit.append({
        who: pluginId,
        action: 'deliver',
        connectionId,
        outcome: `run ${runId}`,
      });
      return {
        config,
        revision: owner.revision,
        signature: signBox(this.#keys.signingKey, info, config),
      };
    } catch (error) {
      const reason = error instanceof WalletError ? error.code : 'failed';
      await this.#audit.append({
        who: pluginId,
        action: 'deliver',
        connectionId,
        outcome: `refused: ${reason}`,
      });
      throw error;
    }
  }

  async bind(pluginId: string, ticket: string, publicKey: Uint8Array): Promise<string> {
    const runnerId = await this.#runners.bind(pluginId, ticket, publicKey);
    await this.#audit.append({
      who: pluginId,
      action: 'bind',
      connectionId: '',
      outcome: runnerId,
    });
    return runnerId;
  }

  async delete(connectionId: string): Promise<void> {
    await this.#secrets.delete(connectionId);
    await this.#audit.append({
      who: 'plugin-manager',
      action: 'delete',
      connectionId,
      outcome: 'deleted',
    });
  }
}
