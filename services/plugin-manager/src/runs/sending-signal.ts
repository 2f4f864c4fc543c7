import type { OutboundMessageState } from '@made-open/contracts';
import type { Signal } from '../connections/states/connection-signals.ts';
import { failureOf } from './failure-of.ts';

type Ended = Pick<OutboundMessageState, 'attempts' | 'errorCode' | 'errorMessage'>;

/** What a message or call that was not sent, or perhaps not, says of its connection; undefined for nothing. */
export function notSentSignal({
  attempts,
  errorCode: code,
  errorMessage: message,
}: Ended): Signal | undefined {
  if (attempts === 0) return undefined;
  if (!isOfConnection(code, message)) return { kind: 'tried' };
  return { kind: 'sending', failure: failureOf({ code, message }) };
}

/** What would keep any other message from being sent as well; all else may be due to this one or to its receiver. */
function isOfConnection(code: string, message: string): boolean {
  if (code === 'http.status' || code === 'plugin.error') return /\bHTTP 401\b/u.test(message);
  return /^(?:wallet|capability)\.|^egress\.host_not_granted$/u.test(code);
}
