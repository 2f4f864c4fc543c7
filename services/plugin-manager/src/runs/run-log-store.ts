import type { Page, PageRequest } from '../page.ts';

export interface RunLogLine {
  readonly at: Date;
  readonly level: string;
  readonly message: string;
  /** JSON text. */
  readonly fields: string;
}

/** Lines to keep of a run. */
export interface RunLogBatch {
  readonly runId: string;
  readonly connectionId: string;
  readonly lines: readonly RunLogLine[];
}

/** Log lines of runs, for a limited time. */
export abstract class RunLogStore {
  abstract append(batch: RunLogBatch): Promise<void>;
  /** In the order in which they came. */
  abstract list(runId: string, page: PageRequest): Promise<Page<RunLogLine>>;
  abstract count(runId: string): Promise<number>;
  abstract removeOlderThan(time: Date): Promise<void>;
}
