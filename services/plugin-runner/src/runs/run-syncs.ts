import { RunInterruptedError } from '../errors.ts';
import { isTooLate } from './is-too-late.ts';
import { RunAttempt } from './run-attempt.ts';
import type { Runner, RunSync } from './runner.ts';

const heartbeatMs = 10_000;

/** How a command was delivered. */
export interface Delivered {
  readonly attempt: number;
  /** Starts the acknowledgement wait anew. */
  readonly working: () => void;
}

/** Carries out the plugin's commands; returns when etl has committed the end of a run. */
export class RunSyncs {
  readonly #runner: Runner;

  constructor(runner: Runner) {
    this.#runner = runner;
  }

  async run(command: RunSync, { attempt, working }: Delivered): Promise<void> {
    const { logger, stopping } = this.#runner;
    const { runId, connectionId, epoch } = command;
    const log = logger.child({ runId, connectionId, epoch, attempt });
    if (isTooLate(command, attempt, new Date())) {
      log.warn('run left: it waited too long', { beginBefore: command.beginBefore });
      return;
    }
    const run = new RunAttempt(this.#runner, command, attempt);
    const heartbeat = setInterval(() => {
      if (run.isAlive) working();
    }, heartbeatMs);
    log.info('run begins');
    try {
      const { outcome, error } = await run.run();
      log.info('run ended', { outcome, code: error?.code });
    } catch (error) {
      // The command goes back as it came, and another runner takes it.
      if (stopping.aborted) throw new RunInterruptedError(runId, { cause: error });
      throw error;
    } finally {
      clearInterval(heartbeat);
    }
  }
}
