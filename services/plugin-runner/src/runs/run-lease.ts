import { SchedulerService } from '@made-open/contracts';
import { AttemptSupersededError, RunNotWantedError } from '../errors.ts';
import type { Runner, RunSync } from './runner.ts';

/** A scheduler that is away, or knows no such question, keeps no run from going on. */
const answerWithinMs = 3000;

/** Whether the scheduler still wants a run of this attempt: it may have been ended, or given to another runner. */
export class RunLease {
  readonly #runner: Pick<Runner, 'bus' | 'token' | 'stopping'>;
  readonly #held: { readonly runId: string; readonly epoch: number; readonly attempt: number };
  readonly #lost = new AbortController();

  constructor(
    runner: Pick<Runner, 'bus' | 'token' | 'stopping'>,
    { runId, epoch }: RunSync,
    attempt: number,
  ) {
    this.#runner = runner;
    this.#held = { runId, epoch, attempt };
  }

  /** Aborted once the run is no longer wanted; its reason is RunNotWantedError or AttemptSupersededError. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Asks; what is lost stays lost. */
  async renew(): Promise<void> {
    const { bus, token, stopping } = this.#runner;
    try {
      const { wanted, superseded } = await bus.call(SchedulerService.method.keepRun, this.#held, {
        parameters: { plugin: token },
        signal: stopping,
        timeoutMs: answerWithinMs,
      });
      if (wanted) return;
      const { runId, attempt } = this.#held;
      this.#lost.abort(
        superseded ? new AttemptSupersededError(runId, attempt) : new RunNotWantedError(runId),
      );
    } catch {
      // Asked again at the next heartbeat.
    }
  }
}
