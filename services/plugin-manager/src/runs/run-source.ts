import type { Checkpoint, QuarantinedItem, Run, RunKind } from '@made-open/contracts';
import type { Page, PageRequest } from '../page.ts';

export interface RequestedRun {
  readonly run: Run | undefined;
  /** The run was open before. */
  readonly isOlder: boolean;
}

export interface ReplayPage {
  readonly ids: readonly string[];
  /** Empty for the first page. */
  readonly cursor: string;
}

export interface ErasedPart {
  readonly isDone: boolean;
  readonly erased: number;
}

export interface Replayed {
  readonly replayed: number;
  readonly refused: number;
  readonly next: string | undefined;
}

/** What became of the sweep of which run. */
export interface SweepDecision {
  readonly runId: string;
  readonly carryOut: boolean;
}

export interface UnreadableCheckpoints {
  /** The first of them. */
  readonly ids: readonly string[];
  readonly total: number;
}

/** What connector-scheduler and etl know and do about the runs of connections. */
export abstract class RunSource {
  abstract request(connectionId: string, kind: RunKind): Promise<RequestedRun>;
  /** Newest first. */
  abstract runs(connectionId: string, page: PageRequest): Promise<Page<Run>>;
  abstract run(id: string): Promise<Run | undefined>;
  /** Ends a run that is open; undefined when there is none of this id. */
  abstract cancel(id: string): Promise<Run | undefined>;
  abstract quarantine(connectionId: string, page: PageRequest): Promise<Page<QuarantinedItem>>;
  /** Carries out the sweep of a run that was held, or drops it; gives how many were deleted. */
  abstract resolveSweep(connectionId: string, decision: SweepDecision): Promise<number>;
  /** Erases a part of what a connection brought, once etl has heard of this state of it. */
  abstract erase(connectionId: string, generation: number): Promise<ErasedPart>;
  /** Newest first. */
  abstract checkpoints(connectionId: string): Promise<readonly Checkpoint[]>;
  /** Connections of a plugin whose next run would begin anew: none of their checkpoints is of these versions. */
  abstract unreadableCheckpoints(
    pluginId: string,
    versions: { readonly oldest: number; readonly newest: number },
  ): Promise<UnreadableCheckpoints>;
  /** The next run goes on from the checkpoint of this epoch; 0 for the start. */
  abstract rewind(connectionId: string, epoch: number): Promise<void>;
  /** Tries a page of quarantined items again; `ids` empty for all. */
  abstract replay(connectionId: string, page: ReplayPage): Promise<Replayed>;
  /** Drops quarantined items, `ids` empty for all; gives how many. */
  abstract drop(connectionId: string, ids: readonly string[]): Promise<number>;
}
