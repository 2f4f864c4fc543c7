import type { Logger } from '@made-open/nest';
import { AttemptSupersededError, OtherVersionError, RunInterruptedError } from '../errors.ts';
import { isTooLate } from './is-too-late.ts';
import { RunAttempt } from './run-attempt.ts';
import { RunLease } from './run-lease.ts';
import type { Runner, RunSync } from './runner.ts';

/** How a command was delivered. */
export interface Delivered {
  readonly attempt: number;
  /** Starts the acknowledgement wait anew. */
  readonly working: () => void;
}

/** Carries out the plugin's commands; returns when etl has committed the end of a run, or nobody wants it any more. */
export class RunSyncs {
  readonly #runner: Runner;

  constructor(runner: Runner) {
    this.#runner = runner;
  }

  /** As `run`; what is for another version goes back to its runner, unless nobody wants it any more. */
  async runOf(version: string, command: RunSync, delivered: Delivered): Promise<void> {
    if (version === this.#runner.version) return this.run(command, delivered);
    const lease = new RunLease(this.#runner, command, delivered.attempt);
    await lease.renew();
    if (!lease.lost.aborted) throw new OtherVersionError(command.runId, version);
  }

  async run(command: RunSync, { attempt, working }: Delivered): Promise<void> {
    const { logger, stopping } = this.#runner;
    const { runId, connectionId, epoch } = command;
    const log = logger.child({ runId, connectionId, epoch, attempt });
    if (isTooLate(command, attempt, new Date())) {
      log.warn('run left: it waited too long', { beginBefore: command.beginBefore });
      return;
    }
    const lease = new RunLease(this.#runner, command, attempt);
    await lease.renew();
    if (lease.lost.aborted) {
      leave(lease, log);
      return;
    }
    const run = new RunAttempt(this.#runner, command, attempt, lease.lost);
    const heartbeat = setInterval(() => {
      if (run.isAlive) working();
      void lease.renew();
    }, this.#runner.heartbeatMs);
    log.info('run begins');
    try {
      const { outcome, error } = await run.run();
      log.info('run ended', { outcome, code: error?.code });
    } catch (error) {
      if (lease.lost.aborted) {
        leave(lease, log);
        return;
      }
      if (error instanceof AttemptSupersededError) throw error;
      // The command goes back as it came, and another runner takes it.
      if (stopping.aborted) throw new RunInterruptedError(runId, { cause: error });
      throw error;
    } finally {
      clearInterval(heartbeat);
    }
  }
}

/** The command of a run that was ended is done with; that of one that another attempt has is left to it. */
function leave({ lost }: RunLease, log: Logger): void {
  const reason: unknown = lost.reason;
  log.info('run left', { reason: reason instanceof Error ? reason.message : undefined });
  if (reason instanceof AttemptSupersededError) throw reason;
}
