import { Effect, type InvocationResult } from '@made-open/contracts';
import type { OutboundError, OutboundKind } from '../outbound.ts';
import type { SendOutcome } from './decide.ts';

/** An outcome with what the plugin told beside it. */
export interface ToldOutcome extends SendOutcome {
  readonly threadId: string;
  readonly providerStatus: string;
}

const maxText = 2000;
const idNames = { message: 'externalId', call: 'callSid', fax: 'jobId' } as const;

/** What a runner says of an attempt; what a plugin returned is believed only where it has the right form. */
export function readOutcome(kind: OutboundKind, result: InvocationResult): ToldOutcome {
  const { effect, error, permanent, retryAfterMs } = result;
  const told = objectOf(result.resultJson);
  const status = textOf(told, 'status');
  const known = {
    threadId: textOf(told, 'threadId'),
    providerStatus: status,
    retryAfterMs,
  };
  const isRefused = status === 'failed' && error === undefined;
  if (isRefused && (kind === 'message' || (kind === 'fax' && textOf(told, 'jobId') === '')))
    return { ...known, ...refused(told) };
  return {
    ...known,
    effect: effect === Effect.UNSPECIFIED ? Effect.UNKNOWN : effect,
    error: error === undefined ? undefined : errorOf(error),
    isPermanent: permanent,
    externalId: textOf(told, idNames[kind]),
    isDelivered: kind === 'message' && status === 'delivered',
  };
}

/**
 * Some providers refuse with a status that says that all is well, or behind an upload that they have taken: only the plugin
 * knows.
 */
function refused(told: object): Omit<ToldOutcome, 'threadId' | 'providerStatus' | 'retryAfterMs'> {
  const code = textOf(told, 'errorCode') || 'provider.refused';
  const message = textOf(told, 'error') || 'the provider refused it';
  return {
    effect: Effect.REFUSED,
    error: errorOf({ code, message }),
    isPermanent: true,
    externalId: '',
    isDelivered: false,
  };
}

/** Fit to be kept. */
export function errorOf({ code, message }: { code: string; message: string }): OutboundError {
  const plain = message.replaceAll('\0', '').toWellFormed();
  return { code: code.replaceAll('\0', '') || 'plugin.failed', message: plain.slice(0, maxText) };
}

/** Of a JSON text that a plugin made; empty for any that is no object. */
export function objectOf(json: string): object {
  try {
    const value: unknown = json === '' ? {} : JSON.parse(json);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** A member that is a text which can be kept; empty for any other. */
export function textOf(value: object, name: string): string {
  const text: unknown = Reflect.get(value, name);
  return typeof text === 'string' &&
    text.length <= maxText &&
    !text.includes('\0') &&
    text.isWellFormed()
    ? text
    : '';
}
