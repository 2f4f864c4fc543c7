import {
  busHeaders,
  open,
  readMessage,
  readSealingPrivateKey,
  writeMessage,
  type Bus,
} from '@made-open/bus';
import { WalletService } from '@made-open/contracts';
import { walletSealing } from '../gateway.ts';

const { verifyWebhook } = WalletService.method;

/** What the gateway asks the wallet to judge. */
export interface AskedProof {
  readonly webhook: { readonly name: string; readonly verify: string };
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly now: number;
}

/** Opens what was sealed for the wallet, as it would, and takes a sender for proven who says so in `x-proof`. */
export class FakeWallet {
  readonly asked: AskedProof[] = [];
  /** Requests of the connection with this id are answered no sooner. */
  #held: { readonly connectionId: string; readonly until: Promise<void> } | undefined;

  constructor(bus: Bus) {
    const privateKey = readSealingPrivateKey(walletSealing.privateKey);
    bus.consume(
      { stream: 'VERIFICATIONS', name: 'credential-wallet-verifications' },
      async ({ headers, data }) => {
        const message = readMessage(verifyWebhook.input, data);
        const { spaceId, connectionId, pluginId, request } = message;
        if (request === undefined) throw new Error('nothing is sealed');
        const info = ['madeopen-webhook-verify-v1', spaceId, connectionId, pluginId];
        const asked = JSON.parse(await open(await privateKey, info, request)) as AskedProof;
        this.asked.push(asked);
        if (this.#held?.connectionId === connectionId) await this.#held.until;
        const verified = asked.headers['x-proof'] === 'right' || asked.url.includes('token=right');
        const answer = writeMessage(verifyWebhook.output, { verified, reason: 'not right' });
        bus.reply(headers.get(busHeaders.replyTo) ?? '', answer);
        return 'ack';
      },
      { concurrency: 16 },
    );
  }

  /** Answers nothing about a connection until the function that it gives is called. */
  hold(connectionId: string): () => void {
    const { promise: until, resolve } = Promise.withResolvers<void>();
    this.#held = { connectionId, until };
    return resolve;
  }
}
