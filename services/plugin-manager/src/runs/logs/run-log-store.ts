import type { Page, PageRequest } from '../../page.ts';

export interface RunLogLine {
  readonly at: Date;
  readonly level: string;
  readonly message: string;
  /** JSON text. */
  readonly fields: string;
}

/** A line with the run or short call that it comes from. */
export interface ConnectionLogLine extends RunLogLine {
  readonly runId: string;
}

/** Lines to keep of a run. */
export interface RunLogBatch {
  readonly runId: string;
  readonly connectionId: string;
  readonly lines: readonly RunLogLine[];
}

/** How much is kept of a run: lines, and the bytes of their texts. */
export interface RunLogSize {
  readonly lines: number;
  readonly bytes: number;
}

/** Log lines of runs, for a limited time. */
export abstract class RunLogStore {
  abstract append(batch: RunLogBatch): Promise<void>;
  /** In the order in which they came. */
  abstract list(runId: string, page: PageRequest): Promise<Page<RunLogLine>>;
  /** Of all runs and short calls of a connection, the newest first. */
  abstract listOf(connectionId: string, page: PageRequest): Promise<Page<ConnectionLogLine>>;
  abstract size(runId: string): Promise<RunLogSize>;
  abstract removeOlderThan(time: Date): Promise<void>;
  /** Removes the oldest lines of each connection that has more bytes of text than this. */
  abstract removeBeyond(bytesOfConnection: number): Promise<void>;
}

export function bytesOf({ message, fields }: RunLogLine): number {
  return Buffer.byteLength(message) + Buffer.byteLength(fields);
}
