import type { Connection } from '../../connections/connection.ts';
import type { Webhook } from '../../connections/webhook.ts';
import type { WebhookRequest } from '../webhook-request.ts';

export interface Verdict {
  readonly isProven: boolean;
  /** Why not, for the log of the operator. */
  readonly reason: string;
}

/** Says whether a request comes from the provider, by the scheme that the manifest declares. */
export abstract class SenderProof {
  abstract judge(
    connection: Connection,
    webhook: Webhook,
    request: WebhookRequest,
  ): Promise<Verdict>;
}
