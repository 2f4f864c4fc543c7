import { isSignedBox, makeSealingKeys, open, type Bus } from '@made-open/bus';
import { WalletService } from '@made-open/contracts';
import { randomBytes } from 'node:crypto';
import type { AccessToken } from '../../host/secrets/live-token.ts';
import { WalletSignatureError } from '../../errors.ts';

export interface WalletClientOptions {
  readonly bus: Pick<Bus, 'call'>;
  readonly token: string;
  readonly pluginId: string;
  /** SPKI PEM of the wallet's Ed25519 key. */
  readonly walletSigningKey: string;
}

/** A config, and the access token in it that the wallet keeps fresh. */
export interface DeliveredConfig {
  readonly config: Record<string, unknown>;
  readonly token: AccessToken | undefined;
}

/** Gets configs sealed to a key that only this process has. */
export class WalletClient {
  readonly #options: WalletClientOptions;
  readonly #keys: Awaited<ReturnType<typeof makeSealingKeys>>;
  #runnerId: string;

  private constructor(
    options: WalletClientOptions,
    keys: Awaited<ReturnType<typeof makeSealingKeys>>,
    runnerId: string,
  ) {
    this.#options = options;
    this.#keys = keys;
    this.#runnerId = runnerId;
  }

  /** Makes the key and binds it to the plugin with the one-time ticket. */
  static async bind(options: WalletClientOptions, ticket: string): Promise<WalletClient> {
    const keys = await makeSealingKeys();
    return new WalletClient(options, keys, await bindKey(options, keys.publicKey, ticket));
  }

  /** Binds the same key with another ticket, before the first binding ends. */
  async rebind(ticket: string): Promise<void> {
    this.#runnerId = await bindKey(this.#options, this.#keys.publicKey, ticket);
  }

  /** The config of a connection for one run; throws when the answer was not made by the wallet. */
  async config(
    connectionId: string,
    runId: string,
    {
      signal,
      rejectedToken = 0,
    }: { readonly signal: AbortSignal; readonly rejectedToken?: number },
  ): Promise<DeliveredConfig> {
    const { bus, token, pluginId, walletSigningKey } = this.#options;
    const nonce = randomBytes(16);
    const request = { runnerId: this.#runnerId, connectionId, runId, nonce, rejectedToken };
    const answer = await bus.call(WalletService.method.deliverConfig, request, {
      parameters: { plugin: token },
      timeoutMs: 15_000,
      signal,
    });
    const { config, signature } = answer;
    const info = ['madeopen-config-v1', pluginId, connectionId, runId, nonce.toString('hex')];
    if (config === undefined || !isSignedBox(walletSigningKey, info, config, signature))
      throw new WalletSignatureError();
    const value: unknown = JSON.parse(await open(this.#keys.privateKey, info, config));
    if (typeof value !== 'object' || value === null)
      throw new TypeError('the config is not an object');
    const given: unknown = Object.getOwnPropertyDescriptor(value, answer.tokenProperty)?.value;
    return {
      config: { ...value },
      token:
        typeof given === 'string' && answer.tokenRevision > 0
          ? { value: given, revision: answer.tokenRevision }
          : undefined,
    };
  }
}

async function bindKey(
  { bus, token }: WalletClientOptions,
  publicKey: Uint8Array,
  ticket: string,
): Promise<string> {
  const { runnerId } = await bus.call(
    WalletService.method.bindRunner,
    { ticket, publicKey },
    { parameters: { plugin: token }, timeoutMs: 15_000 },
  );
  return runnerId;
}
