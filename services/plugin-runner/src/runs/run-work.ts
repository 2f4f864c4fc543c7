import type { SandboxProcess } from '../host/processes/sandbox-process.ts';
import type { RunLogs } from './logs/run-logs.ts';

/** What the work of a run has while its sandbox is there. */
export interface WorkParts {
  readonly logs: RunLogs;
  /** Aborted when the run ends, however it does. */
  readonly signal: AbortSignal;
}

/** What one kind of run does in its sandbox. */
export abstract class RunWork {
  /** What helps when no attempt leaves one. */
  abstract readonly remedy: string;
  /** Whether earlier attempts of the command left a checkpoint to go on from. */
  abstract hasProgress(): Promise<boolean>;
  /** Gets what must be there before a sandbox is taken. */
  abstract prepare(): Promise<void>;
  abstract begin(sandbox: SandboxProcess, parts: WorkParts): void;
  /** Everything that the source has was seen. */
  abstract readonly isFullPass: boolean;
  abstract readonly httpCalls: number;
  /** Bytes of files that were saved since this was last asked. */
  takeFileBytes(): number {
    return 0;
  }
  /** Why the run was not let in any further, where the plugin cannot say so; it counts more than what the plugin says. */
  get refusal(): unknown {
    return undefined;
  }
  abstract close(): void;
}
