import type { ManifestProvider } from '@made-open/manifest';

/** How often a provider is asked for the state of a fax, in milliseconds. */
export interface PollPlan {
  readonly initialDelayMs: number;
  readonly intervalMs: number;
  readonly multiplier: number;
  readonly maxIntervalMs: number;
  readonly maxDurationMs: number;
}

export function pollPlanOf(poll: ManifestProvider['poll'] = {}): PollPlan {
  return {
    initialDelayMs: (poll.initialDelaySeconds ?? 10) * 1000,
    intervalMs: (poll.intervalSeconds ?? 10) * 1000,
    multiplier: poll.multiplier ?? 2,
    maxIntervalMs: (poll.maxIntervalSeconds ?? 300) * 1000,
    maxDurationMs: (poll.maxDurationSeconds ?? 86_400) * 1000,
  };
}

/** From an answer to the next question, after so many of them. */
export function pauseMs(
  { initialDelayMs, intervalMs, multiplier, maxIntervalMs }: PollPlan,
  asked: number,
): number {
  if (asked === 0) return initialDelayMs;
  return Math.min(maxIntervalMs, intervalMs * multiplier ** (asked - 1));
}
