import type { Connection } from '../../connections/connection.ts';
import type { Webhook } from '../../connections/webhook.ts';
import { SenderProof, type Verdict } from './sender-proof.ts';
import { VerificationSlots } from './verification-slots.ts';
import type { WebhookRequest } from '../webhook-request.ts';

/** As many of a connection may wait as its burst has. */
const limits = {
  all: 24,
  perConnection: 8,
  waiting: 200,
  waitingBytes: 32 * 1024 * 1024,
  longestWaitMs: 5000,
};

/** Lets not too much be judged at a time: anybody can send what turns out to prove nothing. */
export class BoundedProof extends SenderProof {
  readonly #proof: SenderProof;
  readonly #slots = new VerificationSlots(limits);

  constructor(proof: SenderProof) {
    super();
    this.#proof = proof;
  }

  override judge(
    connection: Connection,
    webhook: Webhook,
    request: WebhookRequest,
  ): Promise<Verdict> {
    const asked = { connectionId: connection.id, bytes: request.body.byteLength };
    return this.#slots.run(asked, () => this.#proof.judge(connection, webhook, request));
  }
}
