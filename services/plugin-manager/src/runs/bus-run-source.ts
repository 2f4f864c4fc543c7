import type { Bus } from '@made-open/bus';
import {
  EntityService,
  SchedulerService,
  type Checkpoint,
  type QuarantinedItem,
  type Run,
  type RunKind,
} from '@made-open/contracts';
import type { Page, PageRequest } from '../page.ts';
import {
  RunSource,
  type ErasedPart,
  type Replayed,
  type ReplayPage,
  type RequestedRun,
  type SweepDecision,
  type UnreadableCheckpoints,
} from './run-source.ts';

const { requestSync, listRuns, getRun, cancelRun } = SchedulerService.method;
const { listQuarantine, resolveSweep, replayQuarantine, dropQuarantine } = EntityService.method;
const { eraseConnection, listCheckpoints, rewindCheckpoint, findUnreadableCheckpoints } =
  EntityService.method;

/** Deleting takes its time; below the 30 s after which NATS would bring the request again. */
const slow = { timeoutMs: 28_000 };

export class BusRunSource extends RunSource {
  readonly #bus: Bus;

  constructor(bus: Bus) {
    super();
    this.#bus = bus;
  }

  override async request(connectionId: string, kind: RunKind): Promise<RequestedRun> {
    const { run, alreadyRunning } = await this.#bus.call(requestSync, { connectionId, kind });
    return { run, isOlder: alreadyRunning };
  }

  override async runs(connectionId: string, { limit, after }: PageRequest): Promise<Page<Run>> {
    const request = { connectionId, limit, cursor: after ?? '' };
    const { runs, nextCursor } = await this.#bus.call(listRuns, request);
    return { data: runs, next: nextCursor || undefined };
  }

  override async run(runId: string): Promise<Run | undefined> {
    return (await this.#bus.call(getRun, { runId })).run;
  }

  override async cancel(runId: string): Promise<Run | undefined> {
    return (await this.#bus.call(cancelRun, { runId })).run;
  }

  override async quarantine(
    connectionId: string,
    { limit, after }: PageRequest,
  ): Promise<Page<QuarantinedItem>> {
    const request = { connectionId, limit, cursor: after ?? '' };
    const { items, nextCursor } = await this.#bus.call(listQuarantine, request);
    return { data: items, next: nextCursor || undefined };
  }

  override async resolveSweep(connectionId: string, decision: SweepDecision): Promise<number> {
    return (await this.#bus.call(resolveSweep, { connectionId, ...decision }, slow)).deleted;
  }

  override async erase(connectionId: string, generation: number): Promise<ErasedPart> {
    const { done, erased } = await this.#bus.call(
      eraseConnection,
      { connectionId, generation },
      slow,
    );
    return { isDone: done, erased };
  }

  override async checkpoints(connectionId: string): Promise<readonly Checkpoint[]> {
    return (await this.#bus.call(listCheckpoints, { connectionId })).checkpoints;
  }

  override async unreadableCheckpoints(
    pluginId: string,
    { oldest: oldestVersion, newest: newestVersion }: { oldest: number; newest: number },
  ): Promise<UnreadableCheckpoints> {
    const request = { pluginId, oldestVersion, newestVersion };
    const { connectionIds, total } = await this.#bus.call(findUnreadableCheckpoints, request);
    return { ids: connectionIds, total };
  }

  override async rewind(connectionId: string, epoch: number): Promise<void> {
    await this.#bus.call(rewindCheckpoint, { connectionId, epoch });
  }

  override async replay(connectionId: string, { ids, cursor }: ReplayPage): Promise<Replayed> {
    const request = { connectionId, ids: [...ids], cursor };
    const answer = await this.#bus.call(replayQuarantine, request, slow);
    const { replayed, refused, nextCursor } = answer;
    return { replayed, refused, next: nextCursor || undefined };
  }

  override async drop(connectionId: string, ids: readonly string[]): Promise<number> {
    const request = { connectionId, ids: [...ids] };
    return (await this.#bus.call(dropQuarantine, request, slow)).dropped;
  }
}
