/** How many requests all runs of a connection may send to its source. */
export interface RequestBudget {
  readonly requests: number;
  readonly perSeconds: number;
}

/** What of a budget was left at a time. */
export interface RequestBucket {
  readonly tokens: number;
  readonly at: Date;
}

export interface Taken {
  readonly bucket: RequestBucket;
  readonly granted: number;
  /** With none granted: when there is one again. */
  readonly waitMs: number;
}

/** This part of a budget may be used at once; the rest is spread over its time. */
const burstShare = 0.1;

/** Takes requests out of a budget. In no stretch of its time are there more than its requests: what may be used at once slows the rest. */
export function takeRequests(
  { requests, perSeconds }: RequestBudget,
  known: RequestBucket | undefined,
  wanted: number,
  now: Date,
): Taken {
  const burst = Math.ceil(requests * burstShare);
  const perMs = (requests - burst + 1) / (perSeconds * 1000);
  const passedMs = known === undefined ? 0 : Math.max(0, now.getTime() - known.at.getTime());
  const tokens = Math.min(burst, (known?.tokens ?? burst) + passedMs * perMs);
  const granted = Math.min(wanted, Math.floor(tokens));
  const left = tokens - granted;
  const waitMs = granted > 0 ? 0 : Math.ceil((1 - left) / perMs);
  return { bucket: { tokens: left, at: now }, granted, waitMs };
}
