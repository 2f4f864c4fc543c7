import type { EventOf } from '@made-open/bus';
import {
  CanaryRunFailedSchema,
  RunKind,
  SyncCompletedSchema,
  SyncFailedSchema,
  type CanaryRunFailed,
  type SyncCompleted,
  type SyncFailed,
} from '@made-open/contracts';
import { OnEvent } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import type { Reason } from '../connections/connection.ts';
import { ConnectionStore } from '../connections/connection-store.ts';
import { Profile } from '../profile/profile.ts';
import { WatchCanaries } from '../versions/canary/watch-canaries.ts';
import { failureOf } from './failure-of.ts';

/** Hears how syncs ended, so that a connection can say that its newest one failed, and a version that is tried out is judged. */
@Controller()
export class OutcomesConsumer {
  constructor(
    @Inject(ConnectionStore) private readonly connections: ConnectionStore,
    @Inject(WatchCanaries) private readonly canaries: WatchCanaries,
    @Inject(Profile) private readonly profile: Profile,
  ) {}

  @OnEvent(SyncCompletedSchema)
  completed({ message }: EventOf<typeof SyncCompletedSchema>): Promise<void> {
    return this.#note(message, { isCanary: message.isCanary, failure: undefined });
  }

  @OnEvent(SyncFailedSchema)
  failed({ message }: EventOf<typeof SyncFailedSchema>): Promise<void> {
    return this.#note(message, {
      isCanary: false,
      failure: this.profile.keptError(failureOf(message.error)),
    });
  }

  /** The run goes on under the active version: its connection hears nothing of it. */
  @OnEvent(CanaryRunFailedSchema)
  tried({ message }: EventOf<typeof CanaryRunFailedSchema>): Promise<void> {
    return this.#count(message, { isCanary: true, isFailed: true });
  }

  async #note(
    message: SyncCompleted | SyncFailed,
    { isCanary, failure }: { isCanary: boolean; failure: Reason | undefined },
  ): Promise<void> {
    const { connectionId, runId, kind } = message;
    // A remap does not ask the source: it tells nothing of whether syncs work.
    if (kind === RunKind.REMAP) return;
    await this.connections.noteOutcome(connectionId, { runId, failure });
    await this.#count(message, { isCanary, isFailed: failure !== undefined });
  }

  #count(
    { pluginId, runId, pluginVersion: version }: SyncCompleted | SyncFailed | CanaryRunFailed,
    lane: { isCanary: boolean; isFailed: boolean },
  ): Promise<void> {
    return this.canaries.count({ pluginId, runId, version, ...lane });
  }
}
