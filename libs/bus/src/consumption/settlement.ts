import type { Retry } from '../errors.ts';

/** What becomes of a delivery. */
export type Settlement =
  | 'ack'
  /** As `ack`, but waits until JetStream confirmed it. */
  | 'ackAck'
  /** Neither acknowledged nor given back: it comes again unless another delivery of it is acknowledged. */
  | 'leave'
  /** Never again, and nothing kept. */
  | 'term'
  | { readonly nakAfterMs: number }
  /** Never again: a copy with the reason is kept among the dead letters. */
  | { readonly deadLetter: { readonly code: string; readonly reason: string } };

/** Deliveries after which an error that nobody classified is given up. */
export const maxUnknownDeliveries = 20;
const backOffMs = [1000, 5000, 30_000, 120_000] as const;

/**
 * Decides by an error's `retry`: 'never' ends the message, 'elsewhere' leaves it alone, 'later' and unknown errors bring it back,
 * after a time that rises with the deliveries unless the error names one in `retryAfterMs`.
 */
export function settle(error: unknown, deliveryCount: number): Settlement {
  const { code, retry, message } = describeError(error);
  if (retry === 'elsewhere') return 'leave';
  if (retry === 'never' || (retry === undefined && deliveryCount >= maxUnknownDeliveries))
    return { deadLetter: { code, reason: message } };
  const retryAfterMs = property(error, 'retryAfterMs');
  if (retry === 'later' && typeof retryAfterMs === 'number') return { nakAfterMs: retryAfterMs };
  const step = Math.min(Math.max(deliveryCount, 1), backOffMs.length) - 1;
  return { nakAfterMs: backOffMs[step] ?? backOffMs[0] };
}

/** What an error says of itself; an error without a code of ours has code `internal` and no retry. */
export function describeError(error: unknown): {
  code: string;
  message: string;
  retry: Retry | undefined;
} {
  const message = error instanceof Error ? error.message : String(error);
  const code = property(error, 'code');
  const retry = property(error, 'retry');
  return {
    code: typeof code === 'string' && /^[a-z0-9_-]+\.[a-z0-9_.-]+$/u.test(code) ? code : 'internal',
    message,
    retry: isRetry(retry) ? retry : undefined,
  };
}

function isRetry(value: unknown): value is Retry {
  return value === 'never' || value === 'later' || value === 'elsewhere';
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
