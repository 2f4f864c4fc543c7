import { RemoteError, seal } from '@made-open/bus';
import { WalletService } from '@made-open/contracts';
import type { Ask } from '../../ask.ts';
import type { Connection } from '../../connections/connection.ts';
import type { Webhook } from '../../connections/webhook.ts';
import { SenderProof, type Verdict } from './sender-proof.ts';
import type { WebhookRequest } from '../webhook-request.ts';

/** Schemes that do not sign the address need none. */
const unknownUrl = 'http://unknown.invalid';

export interface WalletProofOptions {
  /** X25519 public key of the wallet, raw. */
  readonly sealingKey: Uint8Array;
  /** Of the gateway. Never what a request says of its host: some schemes sign the whole URL. */
  readonly publicUrl: string;
}

/** Asks the wallet, which has the secret and keeps it. Some schemes send it in the request: it goes sealed. */
export class WalletProof extends SenderProof {
  readonly #ask: Ask;
  readonly #options: WalletProofOptions;

  constructor(ask: Ask, options: WalletProofOptions) {
    super();
    this.#ask = ask;
    this.#options = options;
  }

  override async judge(
    { spaceId, id: connectionId, pluginId }: Connection,
    webhook: Webhook,
    { method, path, headers, body }: WebhookRequest,
  ): Promise<Verdict> {
    const { sealingKey, publicUrl } = this.#options;
    const text = JSON.stringify({
      webhook,
      method,
      url: `${publicUrl || unknownUrl}${path}`,
      headers,
      body: Buffer.from(body).toString('base64'),
      now: Math.floor(Date.now() / 1000),
    });
    const info = ['madeopen-webhook-verify-v1', spaceId, connectionId, pluginId];
    const request = await seal(sealingKey, info, text);
    try {
      const asked = { spaceId, connectionId, pluginId, request };
      const answer = await this.#ask(WalletService.method.verifyWebhook, asked);
      return { isProven: answer.verified, reason: answer.reason };
    } catch (error) {
      // What is wrong with the platform's own settings is for its log, not for the sender.
      if (error instanceof RemoteError && error.retry === 'never')
        return { isProven: false, reason: error.message };
      throw error;
    }
  }
}
