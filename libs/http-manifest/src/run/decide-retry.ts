import type { Retry } from '../http-manifest.ts';
import { isOfStatuses } from '../response/conditions.ts';
import type { ProviderAnswer } from '../response/provider-answer.ts';
import { retryAfterMs } from './retry-after.ts';

export interface RetryFacts {
  readonly method: string;
  /** The manifest names a key by which the provider knows a repetition. */
  readonly hasIdempotencyKey: boolean;
  /** Attempts so far, at least one. */
  readonly attempts: number;
}

const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);
const usualStatuses = ['429', '5xx'];
const usualAttempts = 3;
const usualPauseMs = 1000;
const usualMaxMs = 60_000;

/** Milliseconds to wait before the next attempt; undefined for none. Without `retry` there is one attempt. */
export function pauseBehindAnswer(
  retry: Retry | undefined,
  answer: ProviderAnswer,
  facts: RetryFacts,
): number | undefined {
  const statuses = retry?.on_status ?? usualStatuses;
  if (retry === undefined || !isOfStatuses(answer.status, statuses)) return undefined;
  const mayRepeat = isRefused(answer) || isRepeatable(retry, facts);
  if (!mayRepeat || retry.policy === 'never') return undefined;
  return nextPause(retry, facts.attempts, toldMs(retry, answer));
}

/** Behind a request that no answer came to. */
export function pauseBehindError(retry: Retry | undefined, facts: RetryFacts): number | undefined {
  if (retry === undefined || retry.policy === 'never' || !isRepeatable(retry, facts))
    return undefined;
  return nextPause(retry, facts.attempts, 0);
}

/** What the provider asks for, as far as the manifest allows. */
export function toldMs(retry: Retry | undefined, answer: ProviderAnswer): number | undefined {
  const ms = retryAfterMs(answer, retry?.retry_after);
  return ms === undefined
    ? undefined
    : Math.min(ms, retry?.backoff?.max_ms ?? Number.MAX_SAFE_INTEGER);
}

function isRepeatable(
  { policy = 'idempotent_only' }: Retry,
  { method, hasIdempotencyKey }: RetryFacts,
): boolean {
  return (
    idempotent.has(method.toUpperCase()) || (policy === 'with_idempotency_key' && hasIdempotencyKey)
  );
}

/** It has done nothing, and says so. */
function isRefused({ status, headers }: ProviderAnswer): boolean {
  return status === 429 || (status === 503 && headers['retry-after'] !== undefined);
}

function nextPause(retry: Retry, attempts: number, told: number | undefined): number | undefined {
  if (attempts >= (retry.max_attempts ?? usualAttempts)) return undefined;
  return Math.max(told ?? 0, backoffMs(retry, attempts));
}

function backoffMs({ backoff = {} }: Retry, attempts: number): number {
  const { type = 'exponential', initial_ms: first = usualPauseMs, jitter = true } = backoff;
  const grown = type === 'exponential' ? first * 2 ** (attempts - 1) : first;
  const ms = Math.min(grown, backoff.max_ms ?? usualMaxMs);
  return jitter ? ms / 2 + (Math.random() * ms) / 2 : ms;
}
