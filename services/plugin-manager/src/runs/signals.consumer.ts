import type { EventOf } from '@made-open/bus';
import {
  SubscriptionFailedSchema,
  SubscriptionRestoredSchema,
  SyncCancelledSchema,
  SyncResumedSchema,
  SyncThrottledSchema,
  WebhookFailedSchema,
  WebhookHandledSchema,
  type RunError,
} from '@made-open/contracts';
import { OnEvent } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import type { Reason } from '../connections/connection.ts';
import { ConnectionStore } from '../connections/connection-store.ts';
import { failureOf } from './failure-of.ts';

/** Hears how connections fare beside the outcomes of their syncs. A connection that is gone is left alone. */
@Controller()
export class SignalsConsumer {
  constructor(@Inject(ConnectionStore) private readonly connections: ConnectionStore) {}

  @OnEvent(SyncThrottledSchema)
  throttled({ message }: EventOf<typeof SyncThrottledSchema>): Promise<void> {
    const { connectionId, runId, resumesAt: until, error } = message;
    const throttle = { runId, until, reason: failureOf(error) };
    return this.connections.noteSignal(connectionId, { kind: 'throttled', throttle });
  }

  @OnEvent(SyncResumedSchema)
  resumed({ message }: EventOf<typeof SyncResumedSchema>): Promise<void> {
    return this.#release(message);
  }

  @OnEvent(SyncCancelledSchema)
  cancelled({ message }: EventOf<typeof SyncCancelledSchema>): Promise<void> {
    return this.#release(message);
  }

  @OnEvent(SubscriptionFailedSchema)
  unsubscribed({ message }: EventOf<typeof SubscriptionFailedSchema>): Promise<void> {
    const { connectionId, webhook } = message;
    const failure = reasonOf(message);
    return this.connections.noteSignal(connectionId, { kind: 'subscription', webhook, failure });
  }

  @OnEvent(SubscriptionRestoredSchema)
  subscribed({ message }: EventOf<typeof SubscriptionRestoredSchema>): Promise<void> {
    const { connectionId, webhook } = message;
    const signal = { kind: 'subscription', webhook, failure: undefined } as const;
    return this.connections.noteSignal(connectionId, signal);
  }

  @OnEvent(WebhookHandledSchema)
  handled({ message }: EventOf<typeof WebhookHandledSchema>): Promise<void> {
    const { connectionId, webhook } = message;
    const signal = { kind: 'webhook', webhook, failure: undefined } as const;
    return this.connections.noteSignal(connectionId, signal);
  }

  @OnEvent(WebhookFailedSchema)
  givenUp({ message }: EventOf<typeof WebhookFailedSchema>): Promise<void> {
    const { connectionId, webhook } = message;
    const failure = reasonOf(message);
    return this.connections.noteSignal(connectionId, { kind: 'webhook', webhook, failure });
  }

  #release({ connectionId, runId }: { connectionId: string; runId: string }): Promise<void> {
    return this.connections.noteSignal(connectionId, { kind: 'released', runId });
  }
}

function reasonOf({
  errorCode,
  errorMessage,
}: {
  readonly errorCode: string;
  readonly errorMessage: string;
}): Reason {
  const error: Pick<RunError, 'code' | 'message'> = { code: errorCode, message: errorMessage };
  return failureOf(error);
}
