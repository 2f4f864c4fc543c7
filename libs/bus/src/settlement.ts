import type { Retry } from './errors.ts';

/** What becomes of a delivery. */
export type Settlement =
  | { readonly kind: 'ack' }
  /** Never again: kept as a dead letter with the reason. */
  | { readonly kind: 'dead'; readonly code: string; readonly reason: string }
  | { readonly kind: 'nak'; readonly afterMs: number };

/** Deliveries after which an error that nobody classified is given up. */
const maxUnknownDeliveries = 20;
const backOffMs = [1000, 5000, 30_000, 120_000] as const;

/** The delivery was handled. */
export const ack: Settlement = { kind: 'ack' };

/** Decides by an error's `retry`: 'never' ends the message, 'later' and unknown errors bring it back. */
export function settlementOf(error: unknown, deliveryCount: number): Settlement {
  const { code, retry, message } = describeError(error);
  if (retry === 'never' || (retry === undefined && deliveryCount >= maxUnknownDeliveries))
    return { kind: 'dead', code, reason: message };
  const step = Math.min(deliveryCount, backOffMs.length) - 1;
  return { kind: 'nak', afterMs: backOffMs[Math.max(step, 0)] ?? backOffMs[0] };
}

/** What an error says of itself; plain errors have code `internal` and no retry. */
export function describeError(error: unknown): {
  code: string;
  message: string;
  retry: Retry | undefined;
} {
  const message = error instanceof Error ? error.message : String(error);
  const code = property(error, 'code');
  const retry = property(error, 'retry');
  return {
    code: typeof code === 'string' && code.includes('.') ? code : 'internal',
    message,
    retry: retry === 'never' || retry === 'later' ? retry : undefined,
  };
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
