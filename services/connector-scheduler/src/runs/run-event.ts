import type { RunCounts, RunEnd } from '@made-open/contracts';

/** What happens to a run. */
export type RunEvent =
  | {
      readonly kind: 'begun';
      readonly epoch: number;
      readonly attempt: number;
      /** Of the runner that took it; empty when it was not told. */
      readonly pluginVersion: string;
    }
  | {
      readonly kind: 'ended';
      readonly epoch: number;
      readonly attempt: number;
      readonly end: Pick<RunEnd, 'outcome' | 'error' | 'permanent' | 'retryAfterMs' | 'usage'>;
      readonly counts: RunCounts | undefined;
      readonly sweepHeld: boolean;
    }
  /** Its time has come, or the time in which something should have been recorded is over. */
  | { readonly kind: 'woken'; readonly progress?: RunProgress | undefined }
  /** Someone asks for a sync. */
  | { readonly kind: 'asked' }
  /** Another version or config, for example: what it failed with may be mended. */
  | { readonly kind: 'connection changed' }
  /** The version that it tries out is tried out no more. */
  | { readonly kind: 'canary ended' }
  | { readonly kind: 'connection deleted' }
  /** Someone ends it. */
  | { readonly kind: 'cancelled' };

/** How far etl has come with the newest attempt of a connection. */
export interface RunProgress {
  readonly runId: string;
  readonly epoch: number;
  readonly attempt: number;
  readonly frame: number;
}
