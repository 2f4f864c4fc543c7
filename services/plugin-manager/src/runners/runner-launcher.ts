import type { RunnerSet } from '../fleet/fleet-driver.ts';

/** A runner that was started. */
export interface Runner {
  readonly pid: number | undefined;
  /** Resolves once it takes work; never for one that ends before. */
  readonly ready: Promise<void>;
  /** Resolves with how it ended. */
  readonly exit: Promise<string>;
  /** Asks it to finish and, when it does not, ends it. */
  stop(): Promise<void>;
}

/** Starts one runner. */
export abstract class RunnerLauncher {
  abstract launch(set: RunnerSet): Promise<Runner>;
}
