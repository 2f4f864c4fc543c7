import type { RunProgress } from './run-event.ts';

/** Who knows how far a run has come. */
export abstract class ProgressSource {
  /** Of the newest attempt of the connection. */
  abstract progress(connectionId: string): Promise<RunProgress>;
}
