import type { MessageInitShape } from '@bufbuild/protobuf';
import type { WebhookReceivedSchema } from '@made-open/contracts';

export type ReceivedWebhook = MessageInitShape<typeof WebhookReceivedSchema> & {
  readonly connectionId: string;
  readonly pluginId: string;
  readonly name: string;
  readonly providerId: string;
};

/** Where deliveries are safe. */
export abstract class Inbox {
  /** Resolves once it is stored; says whether it was before. Rejects with UnavailableError when it cannot be now. */
  abstract store(received: ReceivedWebhook): Promise<{ isDuplicate: boolean }>;
}
