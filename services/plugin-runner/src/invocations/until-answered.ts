import { describeError } from '@made-open/bus';
import { setTimeout as delay } from 'node:timers/promises';

const pauseMs = 250;

/** Asks until there is an answer; rejects when there will be none, or the signal says that nobody waits for it any more. */
export async function untilAnswered<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      signal.throwIfAborted();
      if (describeError(error).retry === 'never') throw error;
      await delay(pauseMs, undefined, { signal });
    }
  }
}
