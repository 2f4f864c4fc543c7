import type { DesiredRunner } from '../fleet/desired-runner.ts';

/** A runner that was started. */
export interface Runner {
  readonly pid: number | undefined;
  /** How it ended; undefined while it runs. */
  readonly ended: string | undefined;
  /** Resolves once it has ended. */
  readonly exit: Promise<void>;
  /** Asks it to finish and, when it does not, ends it. */
  stop(): Promise<void>;
}

/** Where runners run: processes of this machine, or a cluster. */
export abstract class RunnerDriver {
  abstract start(runner: DesiredRunner): Promise<Runner>;
}
