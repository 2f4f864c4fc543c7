import type { InvocationResult } from '@made-open/contracts';

/** `dispatched`: a runner has it, or will take it. */
export type DeliveryState = 'pending' | 'dispatched' | 'handled' | 'failed';

export interface DeliveryError {
  readonly code: string;
  readonly message: string;
}

/** How a delivery stands. */
export interface DeliveryStanding {
  readonly state: DeliveryState;
  /** The same in every try; another one when it is replayed. */
  readonly invocationId: string;
  /** Those that a runner has told the result of, and the one that is under way. */
  readonly tries: number;
  /** Of a pending one its next try, of a dispatched one when its result is waited for no more. */
  readonly nextAt: Date | undefined;
  readonly endedAt: Date | undefined;
  /** Why the newest try failed. */
  readonly error: DeliveryError | undefined;
}

/** What a provider has sent to a webhook. */
export interface Delivery extends DeliveryStanding {
  readonly id: string;
  readonly providerId: string;
  readonly connectionId: string;
  readonly spaceId: string;
  readonly pluginId: string;
  readonly name: string;
  readonly conversationKey: string;
  readonly contentType: string;
  readonly bodyBytes: number;
  readonly receivedAt: Date;
  /** How often the provider has sent it. */
  readonly receivedCount: number;
}

/** What came with it. */
export interface DeliveryContent {
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

const secondMs = 1000;
/** After the first, second, … failed try; the one behind the last wait is the last. */
const waitsMs = [10 * secondMs, 60 * secondMs, 600 * secondMs, 3600 * secondMs];
const maxWaitMs = 3600 * secondMs;
/** Between tries that nobody tells the result of: as the delivery grows old, within these. */
const silenceMs = { least: 10 * secondMs, most: 600 * secondMs };
/** Of the age of a delivery. */
const silenceShare = 0.25;
/** So long a delivery waits for a runner: a weekend without anybody. */
const maxAgeMs = 3 * 24 * 3600 * secondMs;

const noResult: DeliveryError = {
  code: 'delivery.no_result',
  message: 'no runner gave a result in time',
};
const nameless: DeliveryError = { code: 'plugin.error', message: '' };

/** A pending one as a runner is asked to handle it. */
export function dispatched(standing: DeliveryStanding, endBefore: Date): DeliveryStanding {
  return { ...standing, state: 'dispatched', tries: standing.tries + 1, nextAt: endBefore };
}

/** After the result of a runner; undefined when that changes nothing. */
export function recorded(
  standing: DeliveryStanding,
  result: Pick<InvocationResult, 'invocationId' | 'try' | 'error' | 'permanent' | 'retryAfterMs'>,
  now: Date,
): DeliveryStanding | undefined {
  if (result.invocationId !== standing.invocationId || standing.state === 'handled')
    return undefined;
  // Also when it comes late: what the plugin wrote is stored, and another try would write nothing more.
  if (result.error === undefined) return ended(standing, 'handled', undefined, now);
  if (standing.state !== 'dispatched' || result.try !== standing.tries) return undefined;
  return failedTry(standing, { error: storable(result.error), ...pick(result) }, now);
}

/** Nobody told what became of a try. It does not count: perhaps no runner was there, and its sender was told that it is kept. */
export function expired(
  delivery: DeliveryStanding & Pick<Delivery, 'receivedAt'>,
  now: Date,
): DeliveryStanding {
  const { state, invocationId, endedAt, tries, receivedAt } = delivery;
  const standing = { state, invocationId, endedAt, nextAt: undefined, tries: tries - 1 };
  const ageMs = now.getTime() - receivedAt.getTime();
  if (ageMs >= maxAgeMs) return ended({ ...standing, error: noResult }, 'failed', noResult, now);
  const pauseMs = Math.max(silenceMs.least, Math.min(ageMs * silenceShare, silenceMs.most));
  const nextAt = new Date(now.getTime() + pauseMs);
  return { ...standing, state: 'pending', nextAt, error: noResult };
}

/** It can never be given to a runner. */
export function refused(
  standing: DeliveryStanding,
  error: DeliveryError,
  now: Date,
): DeliveryStanding {
  return ended(standing, 'failed', error, now);
}

/** To be handled once more, as something new; one that waits for a try does not wait any longer. */
export function replayed(
  standing: DeliveryStanding,
  { invocationId, now }: { readonly invocationId: string; readonly now: Date },
): DeliveryStanding {
  if (standing.state === 'dispatched') return standing;
  if (standing.state === 'pending') return { ...standing, nextAt: now };
  return {
    state: 'pending',
    invocationId,
    tries: 0,
    nextAt: now,
    endedAt: undefined,
    error: undefined,
  };
}

const maxErrorLength = 2000;

/** What a plugin says of its fault may hold anything, and PostgreSQL stores no NUL. */
function storable({ code, message }: DeliveryError): DeliveryError {
  return { code: plain(code), message: plain(message) };
}

function plain(text: string): string {
  return text.replaceAll('\0', '').slice(0, maxErrorLength);
}

interface FailedTry {
  readonly error: DeliveryError;
  readonly isFinal: boolean;
  readonly retryAfterMs: number;
}

function pick({ permanent, retryAfterMs }: Pick<InvocationResult, 'permanent' | 'retryAfterMs'>) {
  return { isFinal: permanent, retryAfterMs };
}

function failedTry(
  standing: DeliveryStanding,
  { error, isFinal, retryAfterMs }: FailedTry,
  now: Date,
): DeliveryStanding {
  const waitMs = waitsMs[standing.tries - 1];
  if (isFinal || waitMs === undefined) return ended(standing, 'failed', error, now);
  const askedMs = Math.min(Math.max(waitMs, retryAfterMs), maxWaitMs);
  const nextAt = new Date(now.getTime() + askedMs);
  return { ...standing, state: 'pending', nextAt, error: error.code === '' ? nameless : error };
}

function ended(
  standing: DeliveryStanding,
  state: 'handled' | 'failed',
  error: DeliveryError | undefined,
  now: Date,
): DeliveryStanding {
  return { ...standing, state, nextAt: undefined, endedAt: now, error };
}
