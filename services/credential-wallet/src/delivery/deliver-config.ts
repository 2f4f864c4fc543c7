import { seal, signBox, type SealedBox } from '@made-open/bus';
import { WalletError } from '../errors.ts';
import type { AddToken } from '../oauth/add-token.ts';
import type { KeyProvider } from '../keys/key-provider.ts';
import { requireIds } from '../require-ids.ts';
import { decrypt, type SecretOwner } from '../secrets/envelope.ts';
import type { Vault } from '../vault/vault.ts';

export interface DeliverRequest {
  readonly runnerId: string;
  readonly connectionId: string;
  readonly runId: string;
  readonly nonce: Uint8Array;
  /** Revision of an access token that the source refused; 0 for none. */
  readonly rejectedToken?: number;
}

export interface DeliveredConfig {
  readonly config: SealedBox;
  readonly revision: number;
  readonly signature: Uint8Array;
  readonly tokenRevision: number;
  readonly tokenProperty: string;
}

export interface DeliverConfigParts {
  readonly vault: Vault;
  readonly keys: KeyProvider;
  readonly addToken: AddToken;
  /** Ed25519, PKCS8 PEM. */
  readonly signingKey: string;
}

const nonceBytes = 16;

/** Gives a config out: sealed to the key of a bound runner of the connection's own plugin, signed, and audited first. */
export class DeliverConfig {
  readonly #parts: DeliverConfigParts;

  constructor(parts: DeliverConfigParts) {
    this.#parts = parts;
  }

  /** `pluginId` is the one whose runner NATS let publish the request. */
  async deliver(
    pluginId: string,
    { nonce, rejectedToken = 0, ...request }: DeliverRequest,
  ): Promise<DeliveredConfig> {
    requireIds(request);
    if (nonce.byteLength !== nonceBytes)
      throw new WalletError('invalid_request', `a nonce has ${String(nonceBytes)} bytes`);
    const { connectionId, runId } = request;
    try {
      const publicKey = await this.#runnerKey(pluginId, request.runnerId);
      const { owner, value: stored } = await this.#config(pluginId, connectionId);
      const { value, ...token } = await this.#parts.addToken.add(owner, stored, rejectedToken);
      const hexadecimal = Buffer.from(nonce).toString('hex');
      const info = ['madeopen-config-v1', pluginId, connectionId, runId, hexadecimal];
      const config = await seal(publicKey, info, value);
      const signature = signBox(this.#parts.signingKey, info, config);
      await this.#note(pluginId, owner, `run ${runId}, revision ${String(owner.revision)}`);
      return { config, revision: owner.revision, signature, ...token };
    } catch (error) {
      // Only refusals: where the database is away there is nothing to note them in.
      if (error instanceof WalletError)
        await this.#note(pluginId, { connectionId }, `refused: ${error.code}, run ${runId}`);
      throw error;
    }
  }

  async #runnerKey(pluginId: string, runnerId: string): Promise<Uint8Array> {
    const { vault } = this.#parts;
    const key = await vault.transaction(({ runners }) => runners.publicKey(pluginId, runnerId));
    if (key === undefined)
      throw new WalletError(
        'runner_refused',
        'the runner is not bound to this plugin, or its binding has expired; it has to be started anew',
      );
    return key;
  }

  async #config(
    pluginId: string,
    connectionId: string,
  ): Promise<{ owner: SecretOwner; value: string }> {
    const { vault, keys } = this.#parts;
    const found = await vault.transaction(({ secrets }) => secrets.find(connectionId));
    if (found?.envelope === undefined)
      throw new WalletError('not_found', `there is no config of connection ${connectionId}`);
    if (found.owner.pluginId !== pluginId)
      throw new WalletError(
        'runner_refused',
        `connection ${connectionId} does not belong to ${pluginId}`,
      );
    return { owner: found.owner, value: await decrypt(keys, found.owner, found.envelope) };
  }

  async #note(
    pluginId: string,
    { spaceId = '', connectionId }: { spaceId?: string; connectionId: string },
    outcome: string,
  ): Promise<void> {
    const entry = { spaceId, who: pluginId, action: 'deliver', connectionId, outcome } as const;
    await this.#parts.vault.transaction(({ audit }) => audit.append(entry));
  }
}
