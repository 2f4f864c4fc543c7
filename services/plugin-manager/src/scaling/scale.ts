/** How many runners a plugin may have, and when; a manifest's `scaling` within the operator's bounds. */
export interface ScalingPolicy {
  readonly min: number;
  readonly max: number;
  /** Runs at a time in one runner. */
  readonly concurrency: number;
  /** Work that waits longer calls for more runners. */
  readonly targetWaitSeconds: number;
  /** Without work for so long, the last runners end; 0: they never do. */
  readonly idleSeconds: number;
}

/** One look at a plugin's work. */
export interface ScaleFacts {
  readonly policy: ScalingPolicy;
  /** Runners that are there or starting. */
  readonly replicas: number;
  /** Commands that nobody has taken. */
  readonly waiting: number;
  /** Commands in hand. */
  readonly inHand: number;
  /** Age of the oldest command that waits; 0 when none does. */
  readonly oldestWaitSeconds: number;
  /** Since something last waited for a runner. */
  readonly calmSeconds: number;
  /** Since there was work at all. */
  readonly idleSeconds: number;
  /** Until a scheduled run is due; undefined when none is known. */
  readonly dueInSeconds: number | undefined;
  /** Its plugin or one of its connections was changed, after which there mostly is work. */
  readonly isExpected: boolean;
  /** What an operator asked for, whatever the work. */
  readonly pinned: number | undefined;
}

export const scaleReasons = [
  'pinned',
  'first_work',
  'waits_too_long',
  'due_soon',
  'expected',
  'idle',
  'calm',
  'bounds',
  'steady',
] as const;
export type ScaleReason = (typeof scaleReasons)[number];

export interface ScaleDecision {
  readonly replicas: number;
  readonly reason: ScaleReason;
  /** The reason in words, with its figures. */
  readonly message: string;
}

/** A runner is up within a second or two; a run should find it there. */
export const prewarmSeconds = 10;
/** Fewer runners only after so long without a queue: starting one again costs more than keeping it. */
const calmBeforeFewerSeconds = 60;

/** How many runners there should be, and why. Never fewer than what is in hand needs. */
export function scale(facts: ScaleFacts): ScaleDecision {
  const { pinned, policy } = facts;
  if (pinned !== undefined)
    return {
      replicas: pinned,
      reason: 'pinned',
      message: `an operator asked for ${count(pinned)}`,
    };
  const wanted = byWork(facts);
  const floor = Math.max(policy.min, busyRunners(facts));
  const replicas = Math.min(Math.max(wanted.replicas, floor), policy.max);
  if (replicas === wanted.replicas) return wanted;
  const { min, max } = policy;
  const message = `${wanted.message}; bounds are ${String(min)} to ${String(max)}, and ${String(facts.inHand)} in hand`;
  return { replicas, reason: 'bounds', message };
}

function byWork(facts: ScaleFacts): ScaleDecision {
  return moreRunners(facts) ?? fewerRunners(facts) ?? keep(facts);
}

function moreRunners(facts: ScaleFacts): ScaleDecision | undefined {
  const { replicas, waiting, oldestWaitSeconds, dueInSeconds, policy } = facts;
  if (waiting > 0 && replicas === 0)
    return {
      replicas: 1,
      reason: 'first_work',
      message: `${String(waiting)} waiting, and no runner`,
    };
  if (waiting > 0 && oldestWaitSeconds > policy.targetWaitSeconds) {
    const needed = Math.ceil((waiting + facts.inHand) / policy.concurrency);
    return {
      replicas: Math.max(needed, replicas),
      reason: 'waits_too_long',
      message: `${String(waiting)} waiting, the oldest for ${seconds(oldestWaitSeconds)}, with ${seconds(policy.targetWaitSeconds)} wanted`,
    };
  }
  if (replicas === 0 && dueInSeconds !== undefined && dueInSeconds <= prewarmSeconds)
    return { replicas: 1, reason: 'due_soon', message: `a run is due in ${seconds(dueInSeconds)}` };
  if (replicas === 0 && facts.isExpected)
    return { replicas: 1, reason: 'expected', message: 'its plugin or a connection was changed' };
  return undefined;
}

function fewerRunners(facts: ScaleFacts): ScaleDecision | undefined {
  const { replicas, waiting, inHand, calmSeconds, idleSeconds, dueInSeconds, policy } = facts;
  if (waiting > 0 || replicas === 0) return undefined;
  const isDue = dueInSeconds !== undefined && dueInSeconds <= prewarmSeconds;
  const isIdle = policy.idleSeconds > 0 && idleSeconds >= policy.idleSeconds;
  if (inHand === 0 && !isDue && isIdle)
    return { replicas: 0, reason: 'idle', message: `no work for ${seconds(idleSeconds)}` };
  // Which of them ends is not ours to say, and each run that is in hand may be in another one.
  const needed = Math.max(Math.min(inHand, replicas), 1);
  if (needed >= replicas || calmSeconds < calmBeforeFewerSeconds) return undefined;
  return {
    replicas: needed,
    reason: 'calm',
    message: `nothing waited for ${seconds(calmSeconds)}`,
  };
}

function keep({ replicas, waiting, inHand }: ScaleFacts): ScaleDecision {
  const message = `${String(waiting)} waiting, ${String(inHand)} in hand`;
  return { replicas, reason: 'steady', message };
}

function busyRunners({ inHand, policy }: ScaleFacts): number {
  return Math.ceil(inHand / policy.concurrency);
}

function count(runners: number): string {
  return runners === 1 ? '1 runner' : `${String(runners)} runners`;
}

function seconds(value: number): string {
  return `${String(Math.round(value))} s`;
}
