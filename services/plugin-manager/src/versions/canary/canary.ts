/** How a version is tried out. */
export interface CanarySettings {
  /** Of a hundred runs. */
  readonly percent: number;
  /** So many runs have to end under it before it is judged. */
  readonly minRuns: number;
  /** So many runs of a hundred more may fail than do under the active version. */
  readonly maxExtraFailures: number;
  /** After so many runs it becomes the active version by itself; never unless given. */
  readonly promoteAfterRuns?: number | undefined;
}

/** A version that has a share of the runs. */
export interface Canary extends CanarySettings {
  readonly version: string;
  /** The connection whose next run goes to it whatever the share. */
  readonly firstConnection?: string | undefined;
  /** RFC 3339. */
  readonly startedAt: string;
}

/** Runs that have ended, and how many of them failed. */
export interface RunTally {
  readonly runs: number;
  readonly failed: number;
}

/** What was seen since a version is tried out. */
export interface CanaryTally {
  readonly canary: RunTally;
  readonly stable: RunTally;
}

export const canaryOutcomes = ['returned', 'promoted', 'withdrawn'] as const;

export const canaryEndCodes = [
  'canary.did_well',
  'canary.failed_more',
  'canary.runners_crashed',
  'canary.runners_not_ready',
  'canary.not_promoted',
  'canary.activated',
  'canary.overtaken',
  'canary.withdrawn',
] as const;

/** Why it ended, for programs. */
export type CanaryEndCode = (typeof canaryEndCodes)[number];

/** Returned: it did worse than the active version. Promoted: it became that. Withdrawn: somebody ended it. */
export type CanaryOutcome = (typeof canaryOutcomes)[number];

/** What became of a version that was tried out. */
export interface EndedCanary {
  readonly version: string;
  readonly outcome: CanaryOutcome;
  /** Absent of those that ended before there were codes. */
  readonly code?: CanaryEndCode | undefined;
  readonly reason: string;
  /** RFC 3339. */
  readonly endedAt: string;
  readonly tally: CanaryTally;
}

/** An end of a run that counts for or against a version that is tried out. */
export interface CountedRun {
  readonly pluginId: string;
  readonly runId: string;
  readonly version: string;
  readonly isCanary: boolean;
  readonly isFailed: boolean;
}

export const noRuns: CanaryTally = {
  canary: { runs: 0, failed: 0 },
  stable: { runs: 0, failed: 0 },
};

/** A run counts when it is of the version that is tried out, or of the other one. */
export function counts(canary: Canary | undefined, { version, isCanary }: CountedRun): boolean {
  return canary !== undefined && isCanary === (version === canary.version);
}

/** Why a version is tried out no more. */
export interface CanaryEnd {
  readonly version: string;
  readonly outcome: CanaryOutcome;
  readonly code: CanaryEndCode;
  /** For people. */
  readonly reason: string;
}

/** How it ends when somebody activates a version, takes the plugin out of use, or tries out another one. */
export function overtaken(version: string, activated: string | undefined): CanaryEnd {
  if (activated === version)
    return {
      version,
      outcome: 'promoted',
      code: 'canary.activated',
      reason: 'it was activated for all runs',
    };
  const reason =
    activated === undefined
      ? 'the plugin was disabled, or another version is tried out'
      : `version ${activated} was activated`;
  return { version, outcome: 'withdrawn', code: 'canary.overtaken', reason };
}

/** Why a version ends, or becomes the active one, by what was seen. */
export interface CanaryReason {
  readonly code: CanaryEndCode;
  readonly reason: string;
}

export type Verdict =
  { readonly kind: 'go on' } | ({ readonly kind: 'return' | 'promote' } & CanaryReason);

/** What is to become of a version by what was seen of it; by trouble with its runners alone, before any run has ended. */
export function judgeCanary(
  { minRuns, maxExtraFailures, promoteAfterRuns }: CanarySettings,
  { canary, stable }: CanaryTally,
  trouble: CanaryReason | undefined,
): Verdict {
  if (trouble !== undefined) return { kind: 'return', ...trouble };
  if (canary.runs < minRuns) return { kind: 'go on' };
  const [tried, active] = [percentOf(canary), percentOf(stable)] as const;
  if (tried > active + maxExtraFailures)
    return {
      kind: 'return',
      code: 'canary.failed_more',
      reason: `${told(canary)} failed under it, and ${told(stable)} under the active version; ${String(maxExtraFailures)} of 100 more are allowed`,
    };
  if (promoteAfterRuns === undefined || canary.runs < promoteAfterRuns) return { kind: 'go on' };
  return { kind: 'promote', code: 'canary.did_well', reason: `${told(canary)} failed under it` };
}

function percentOf({ runs, failed }: RunTally): number {
  return runs === 0 ? 0 : (failed * 100) / runs;
}

function told({ runs, failed }: RunTally): string {
  return `${String(failed)} of ${String(runs)} ${runs === 1 ? 'run' : 'runs'}`;
}
