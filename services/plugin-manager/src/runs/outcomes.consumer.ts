import type { EventOf } from '@made-open/bus';
import {
  RunKind,
  SyncCompletedSchema,
  SyncFailedSchema,
  type SyncCompleted,
  type SyncFailed,
} from '@made-open/contracts';
import { OnEvent } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import type { Reason } from '../connections/connection.ts';
import { ConnectionStore } from '../connections/connection-store.ts';
import { failureOf } from './failure-of.ts';

/** Hears how syncs ended, so that a connection can say that its newest one failed. */
@Controller()
export class OutcomesConsumer {
  constructor(@Inject(ConnectionStore) private readonly connections: ConnectionStore) {}

  @OnEvent(SyncCompletedSchema)
  completed({ message }: EventOf<typeof SyncCompletedSchema>): Promise<void> {
    return this.#note(message, undefined);
  }

  @OnEvent(SyncFailedSchema)
  failed({ message }: EventOf<typeof SyncFailedSchema>): Promise<void> {
    return this.#note(message, failureOf(message.error));
  }

  async #note(
    { connectionId, runId, kind }: SyncCompleted | SyncFailed,
    failure: Reason | undefined,
  ): Promise<void> {
    // A remap does not ask the source: it tells nothing of whether syncs work.
    if (kind === RunKind.REMAP) return;
    await this.connections.noteOutcome(connectionId, { runId, failure });
  }
}
