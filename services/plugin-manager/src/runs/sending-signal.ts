import type { OutboundMessageState } from '@made-open/contracts';
import type { Signal } from '../connections/states/connection-signals.ts';
import { failureOf } from './failure-of.ts';

const connectionCodes =
  /^(?:wallet|capability)\.|^(?:egress\.host_not_granted|http\.auth_refused|http\.credentials_missing)$/u;

type Ended = Pick<OutboundMessageState, 'attempts' | 'errorCode' | 'errorMessage'>;

/** What a message or call that was not sent, or perhaps not, says of its connection; undefined for nothing. */
export function notSentSignal(ended: Ended): Signal | undefined {
  return signalOf(ended, /\bHTTP 401\b/u);
}

/** The same of a fax: its provider has no rooms that one fax alone may be kept out of. */
export function notFaxedSignal(ended: Ended): Signal | undefined {
  return signalOf(ended, /\bHTTP 40[13]\b/u);
}

function signalOf(
  { attempts, errorCode: code, errorMessage: message }: Ended,
  refusal: RegExp,
): Signal | undefined {
  if (attempts === 0) return undefined;
  if (!isOfConnection(code, message, refusal)) return { kind: 'tried' };
  return { kind: 'sending', failure: failureOf({ code, message }) };
}

/** What would keep any other message from being sent as well; all else may be due to this one or to its receiver. */
function isOfConnection(code: string, message: string, refusal: RegExp): boolean {
  if (code === 'http.status' || code === 'plugin.error') return refusal.test(message);
  return connectionCodes.test(code);
}
