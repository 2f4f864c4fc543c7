import type { Plugin } from '../../plugins/plugin.ts';
import type { CanaryEndCode, CanaryOutcome, CanaryTally, RunTally } from './canary.ts';

interface TallyView {
  readonly canary: RunTally;
  readonly stable: RunTally;
}

/** How a version does that is tried out, and what became of the last one. */
export interface CanaryView {
  readonly plugin_id: string;
  readonly active_version: string | null;
  /** Null: none is tried out. */
  readonly canary: {
    readonly version: string;
    readonly percent: number;
    readonly min_runs: number;
    readonly max_extra_failures: number;
    readonly promote_after_runs: number | null;
    readonly started_at: string;
    readonly runs: TallyView;
  } | null;
  readonly last: {
    readonly version: string;
    readonly outcome: CanaryOutcome;
    /** Null: it ended before there were codes. */
    readonly code: CanaryEndCode | null;
    readonly reason: string;
    readonly ended_at: string;
    readonly runs: TallyView;
  } | null;
}

export function canaryView(plugin: Plugin, runs: CanaryTally): CanaryView {
  const { id, activeVersion, canary, lastCanary } = plugin;
  return {
    plugin_id: id,
    active_version: activeVersion ?? null,
    canary:
      canary === undefined
        ? null
        : {
            version: canary.version,
            percent: canary.percent,
            min_runs: canary.minRuns,
            max_extra_failures: canary.maxExtraFailures,
            promote_after_runs: canary.promoteAfterRuns ?? null,
            started_at: canary.startedAt,
            runs,
          },
    last:
      lastCanary === undefined
        ? null
        : {
            version: lastCanary.version,
            outcome: lastCanary.outcome,
            code: lastCanary.code ?? null,
            reason: lastCanary.reason,
            ended_at: lastCanary.endedAt,
            runs: lastCanary.tally,
          },
  };
}
