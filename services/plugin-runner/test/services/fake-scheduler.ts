import type { Bus } from '@made-open/bus';
import { SchedulerService, type InvocationResult } from '@made-open/contracts';
import { Answerer } from './answerer.ts';

/** connector-scheduler: lets runs of one connection send so many requests, and says which runs are wanted. */
export class FakeScheduler {
  requestsLeft = 0;
  /** What it says when there is none left. */
  waitMs = 60_000;
  /** How often it was asked for requests. */
  asked = 0;
  readonly cancelled = new Set<string>();
  /** The newest attempt of runs that have more than one. */
  readonly attempts = new Map<string, number>();

  /** Results of subscriptions by the id of their invocation. */
  readonly subscriptions = new Map<string, InvocationResult>();

  constructor(bus: Bus, token: string) {
    const answers = new Answerer(bus, 'connector-scheduler');
    answers.on(SchedulerService.method.keepRun, token, ({ runId, attempt }) => {
      const superseded = attempt < (this.attempts.get(runId) ?? 1);
      return { wanted: !superseded && !this.cancelled.has(runId), superseded };
    });
    answers.on(SchedulerService.method.recordSubscription, token, ({ result }) => {
      if (result !== undefined) this.subscriptions.set(result.invocationId, result);
      return {};
    });
    answers.on(SchedulerService.method.takeRequests, token, ({ wanted }) => {
      this.asked++;
      const granted = Math.min(wanted, this.requestsLeft);
      this.requestsLeft -= granted;
      return granted > 0 ? { granted, waitMs: 0 } : { granted, waitMs: this.waitMs };
    });
  }
}
