import { RunOutcome, RunState, type RunEnd, type RunError } from '@made-open/contracts';
import type { RunLane } from './lane.ts';
import { isOpen, isUnderWay, type RunRecord } from './run.ts';
import type { RunEvent, RunProgress } from './run-event.ts';
import { deletedError, lostError, nameless, notTakenError, retryAfterError } from './run-errors.ts';

/** When it happens. */
export interface Situation {
  readonly now: Date;
  /** A run of a connection that is not active waits. */
  readonly isActive: boolean;
}

export type RunNews = 'started' | 'throttled' | 'resumed' | 'canary failed' | RunEnding;
type RunEnding = 'completed' | 'failed' | 'cancelled';

/** What follows. */
export interface RunStep {
  readonly run: RunRecord;
  /** A command goes out, under a new epoch. */
  readonly isSent: boolean;
  readonly news: readonly RunNews[];
}

/** Within this time a runner takes a command; one that is taken later is left. Nobody is to wait long for a version that is tried out. */
export const takenWithinMs: Readonly<Record<RunLane, number>> = {
  stable: 3_600_000,
  canary: 300_000,
};
/** A runner that took the command just in time needs less to say so. */
const tellMs = 5 * 60_000;
/** Longer than any run goes without a frame: 60 minutes unsliced, and the next delivery. Then etl is asked before it is given up. */
const silentMs = 75 * 60_000;
const retryAfterMs = [30_000, 120_000, 600_000] as const;
const minParkMs = 1000;
const defaultParkMs = 60_000;
const maxParkMs = 24 * 3_600_000;
/** A plugin that broke a rule breaks it again; so does a wrong config. */
const notRetried = /^(?:sandbox|manifest|config|capability|wallet)\./u;

/** Decides what follows; undefined when nothing does: records are repeated, come late and out of order. */
export function advanceRun(
  run: RunRecord,
  event: RunEvent,
  situation: Situation,
): RunStep | undefined {
  switch (event.kind) {
    case 'begun':
      return begun(run, event, situation);
    case 'ended':
      return ended(run, event, situation);
    case 'woken':
      return woken(run, event.progress, situation);
    case 'asked':
      return hurried(run, situation);
    case 'connection changed':
      // A runner that still has the old version must not use up the attempts of the new one.
      return hurried({ ...run, retries: 0 }, situation);
    default:
      return isOpen(run) ? otherwise(run, event.kind, situation) : undefined;
  }
}

/** What happens to an open run from outside. */
function otherwise(
  run: RunRecord,
  kind: 'canary ended' | 'cancelled' | 'connection deleted',
  situation: Situation,
): RunStep {
  switch (kind) {
    case 'canary ended':
      // Its commands lie where nobody takes them any more, and what one of them still brings does not count.
      return goOn({ ...run, lane: 'stable', retries: 0 }, situation);
    case 'cancelled':
      return finished({ ...run, error: undefined }, 'cancelled', situation);
    default:
      return failed(run, deletedError, situation);
  }
}

/** The run as its next command goes out. */
export function sent(run: RunRecord, { now }: Pick<Situation, 'now'>): RunStep {
  const wakeAt = after(now, takenWithinMs[run.lane] + tellMs);
  return {
    run: { ...run, state: RunState.QUEUED, attempt: 0, frame: 0, wakeAt, isThrottled: false },
    isSent: true,
    news: run.isThrottled ? ['resumed'] : [],
  };
}

function begun(
  run: RunRecord,
  { epoch, attempt, pluginVersion }: RunEvent & { kind: 'begun' },
  { now }: Situation,
): RunStep | undefined {
  if (!isUnderWay(run, epoch) || attempt <= run.attempt) return undefined;
  return {
    run: {
      ...run,
      state: RunState.RUNNING,
      // While another version is activated, runners of the one before still take what they find.
      pluginVersion: run.lane === 'canary' ? run.pluginVersion : pluginVersion || run.pluginVersion,
      attempt,
      frame: 0,
      startedAt: run.startedAt ?? now,
      wakeAt: after(now, silentMs),
    },
    isSent: false,
    news: startedNews(run),
  };
}

function ended(
  run: RunRecord,
  event: RunEvent & { kind: 'ended' },
  situation: Situation,
): RunStep | undefined {
  const { epoch, attempt, end, counts, sweepHeld } = event;
  if (!isUnderWay(run, epoch) || attempt < run.attempt) return undefined;
  const { usage, error } = end;
  const startedAt = run.startedAt ?? situation.now;
  const told = { ...run, attempt, startedAt, counts, usage, error, sweepHeld };
  const { news, ...step } = afterEnd(told, end, situation);
  return { ...step, news: [...startedNews(run), ...news] };
}

function afterEnd(
  run: RunRecord,
  end: Pick<RunEnd, 'outcome' | 'error' | 'permanent' | 'retryAfterMs'>,
  situation: Situation,
): RunStep {
  switch (end.outcome) {
    case RunOutcome.COMPLETED:
      return finished(run, 'completed', situation);
    case RunOutcome.SLICED:
      return goOn({ ...run, slice: run.slice + 1, retries: 0 }, situation);
    case RunOutcome.PARKED: {
      const waitMs = parkMs(end.retryAfterMs || defaultParkMs);
      return throttled({ ...run, error: end.error ?? retryAfterError }, waitMs, situation);
    }
    case RunOutcome.INTERRUPTED:
      return handedBack(run, end.retryAfterMs, situation);
    default:
      return afterFailure(run, end, situation);
  }
}

/** Runners come and go: that says nothing of the run. */
function handedBack(run: RunRecord, askedMs: number, situation: Situation): RunStep {
  if (askedMs === 0) return goOn(run, situation);
  return parked(run, parkMs(askedMs), situation);
}

function parkMs(askedMs: number): number {
  return Math.min(Math.max(askedMs, minParkMs), maxParkMs);
}

function afterFailure(
  run: RunRecord,
  { error = nameless, permanent }: Pick<RunEnd, 'error' | 'permanent'>,
  situation: Situation,
): RunStep {
  if (run.lane === 'canary') return canaryFailed(run, error, situation);
  if (permanent) return failed(run, error, situation);
  const afterMs = retryAfterMs[run.retries];
  if (afterMs === undefined || notRetried.test(error.code)) return failed(run, error, situation);
  return parked({ ...run, error, retries: run.retries + 1 }, afterMs, situation);
}

/** Nobody is to suffer from a version that is tried out: the active one has the run, with all its attempts. */
function canaryFailed(run: RunRecord, error: RunError, situation: Situation): RunStep {
  const { news, ...step } = goOn({ ...run, error, lane: 'stable', retries: 0 }, situation);
  return { ...step, news: ['canary failed', ...news] };
}

/** It runs, and nothing was heard of it for long: whether it goes on has to be asked. */
export function isSilent({ state, wakeAt }: RunRecord, now: Date): boolean {
  return state === RunState.RUNNING && wakeAt !== undefined && wakeAt <= now;
}

function woken(
  run: RunRecord,
  progress: RunProgress | undefined,
  situation: Situation,
): RunStep | undefined {
  if (run.wakeAt === undefined || run.wakeAt > situation.now) return undefined;
  if (progress !== undefined && isFurther(progress, run)) return goesOn(run, progress, situation);
  if (run.state === RunState.PARKED) return situation.isActive ? sent(run, situation) : undefined;
  return run.state === RunState.RUNNING ? lost(run, situation) : notTaken(run, situation);
}

function lost(run: RunRecord, situation: Situation): RunStep {
  if (run.lane === 'canary') return canaryFailed(run, lostError, situation);
  return again(run, lostError, situation);
}

function notTaken(run: RunRecord, situation: Situation): RunStep {
  // That nobody has time for it says nothing against a version that is tried out.
  if (run.lane === 'canary') return goOn({ ...run, lane: 'stable' }, situation);
  return again(run, notTakenError, situation);
}

function again(run: RunRecord, why: RunError, situation: Situation): RunStep {
  if (run.retries >= retryAfterMs.length) return failed(run, why, situation);
  return goOn({ ...run, retries: run.retries + 1 }, situation);
}

/** A run that is held up still brings frames, if slowly. */
function isFurther({ runId, epoch, attempt, frame }: RunProgress, run: RunRecord): boolean {
  if (run.state !== RunState.RUNNING || runId !== run.runId || epoch !== run.epoch) return false;
  return attempt > run.attempt || (attempt === run.attempt && frame > run.frame);
}

function goesOn(run: RunRecord, { attempt, frame }: RunProgress, { now }: Situation): RunStep {
  return {
    run: { ...run, attempt, frame, wakeAt: after(now, silentMs) },
    isSent: false,
    news: [],
  };
}

/** A run that waits does not wait any longer; what is under way is left alone. */
function hurried(run: RunRecord, situation: Situation): RunStep | undefined {
  return run.state === RunState.PARKED && situation.isActive ? sent(run, situation) : undefined;
}

/** At once, or as soon as the connection is active again. */
function goOn(run: RunRecord, situation: Situation): RunStep {
  return situation.isActive ? sent(run, situation) : parked(run, 0, situation);
}

function parked(run: RunRecord, afterMs: number, { now }: Situation): RunStep {
  const wakeAt = after(now, afterMs);
  return { run: { ...run, state: RunState.PARKED, wakeAt }, isSent: false, news: [] };
}

function throttled(run: RunRecord, afterMs: number, situation: Situation): RunStep {
  return { ...parked({ ...run, isThrottled: true }, afterMs, situation), news: ['throttled'] };
}

function failed(run: RunRecord, error: RunError, situation: Situation): RunStep {
  return finished({ ...run, error }, 'failed', situation);
}

const endStates: Readonly<Record<RunEnding, RunState>> = {
  completed: RunState.COMPLETED,
  failed: RunState.FAILED,
  cancelled: RunState.CANCELLED,
};

function finished(run: RunRecord, news: RunEnding, { now }: Situation): RunStep {
  return {
    run: { ...run, state: endStates[news], finishedAt: now, wakeAt: undefined, isThrottled: false },
    isSent: false,
    news: [news],
  };
}

function startedNews({ startedAt }: RunRecord): RunNews[] {
  return startedAt === undefined ? ['started'] : [];
}

function after(now: Date, ms: number): Date {
  return new Date(now.getTime() + ms);
}
