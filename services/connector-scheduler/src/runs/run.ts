import { create } from '@bufbuild/protobuf';
import {
  RunKind,
  RunSchema,
  RunState,
  type Run,
  type RunCounts,
  type RunError,
  type RunUsage,
} from '@made-open/contracts';
import type { RunLane } from './lane.ts';

export type Trigger = 'manual' | 'start-up' | 'schedule' | 'change' | 'webhook';

/** One run of a connection, with its retries and slices. */
export interface RunRecord {
  readonly runId: string;
  readonly connectionId: string;
  readonly spaceId: string;
  readonly pluginId: string;
  /** Version of the plugin that the newest command went to; empty when that is not known. */
  readonly pluginVersion: string;
  readonly lane: RunLane;
  /** A sync or a remap. */
  readonly kind: RunKind;
  readonly trigger: Trigger;
  readonly state: RunState;
  /** Of the newest command; what is recorded of older ones no longer counts. */
  readonly epoch: number;
  /** Newest attempt that was recorded; 0 before the first. */
  readonly attempt: number;
  /** How many frames of that attempt were committed when etl was asked last. */
  readonly frame: number;
  readonly slice: number;
  /** Failures and silences since the last slice that went well. */
  readonly retries: number;
  readonly queuedAt: Date;
  readonly startedAt: Date | undefined;
  readonly finishedAt: Date | undefined;
  /** When something has to be done unless a record comes first; absent once the run has ended. */
  readonly wakeAt: Date | undefined;
  readonly counts: RunCounts | undefined;
  readonly usage: RunUsage | undefined;
  readonly error: RunError | undefined;
  readonly sweepHeld: boolean;
  /** It waits because its source asked for it, or has no requests left in its budget. */
  readonly isThrottled: boolean;
  /** Of the connection's config when the newest command was sent. */
  readonly configRevision: number;
}

const ended: readonly RunState[] = [RunState.COMPLETED, RunState.FAILED, RunState.CANCELLED];

export function isOpen({ state }: RunRecord): boolean {
  return !ended.includes(state);
}

/** Whether the command of an epoch still counts: a parked run has told its end, and what comes of it again is a repetition. */
export function isUnderWay(run: RunRecord, epoch: number): boolean {
  const { state } = run;
  return (state === RunState.QUEUED || state === RunState.RUNNING) && run.epoch === epoch;
}

/** Who knows no kinds means a sync. */
export function kindOf(kind: number): RunKind {
  return kind === RunKind.REMAP ? RunKind.REMAP : RunKind.SYNC;
}

/** Of others it is the time after which they are given up. */
function resumesAt({ state, wakeAt }: RunRecord): Date | undefined {
  return state === RunState.PARKED ? wakeAt : undefined;
}

/** A run as it is answered. */
export function runMessage(run: RunRecord): Run {
  const { runId, connectionId, pluginId, spaceId, state, trigger, counts, usage, error } = run;
  const { kind, epoch, attempt, slice, sweepHeld, pluginVersion } = run;
  return create(RunSchema, {
    runId,
    connectionId,
    pluginId,
    spaceId,
    state,
    kind,
    trigger,
    epoch,
    attempt,
    slice,
    sweepHeld,
    pluginVersion,
    isCanary: run.lane === 'canary',
    queuedAt: run.queuedAt.toISOString(),
    startedAt: run.startedAt?.toISOString() ?? '',
    finishedAt: run.finishedAt?.toISOString() ?? '',
    resumesAt: resumesAt(run)?.toISOString() ?? '',
    ...(counts === undefined ? {} : { counts }),
    ...(usage === undefined ? {} : { usage }),
    ...(error === undefined ? {} : { error }),
  });
}
