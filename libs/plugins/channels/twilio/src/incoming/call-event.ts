import { renamed, text, told, type Fields } from '../fields.ts';
import type { ChannelEvent } from './channel-event.ts';

/** Of calls that were placed; queued and initiated say nothing that the platform does not know. */
const names: Readonly<Record<string, string>> = {
  ringing: 'CallRinging',
  'in-progress': 'CallAnswered',
  answered: 'CallAnswered',
  completed: 'CallCompleted',
  busy: 'CallFailed',
  'no-answer': 'CallFailed',
  failed: 'CallFailed',
  canceled: 'CallFailed',
};

const attributes = {
  CallerName: 'caller_name',
  ForwardedFrom: 'forwarded_from',
  FromCity: 'from_city',
  FromState: 'from_state',
  FromCountry: 'from_country',
  StirVerstat: 'stir_verstat',
  CallDuration: 'duration_seconds',
  AnsweredBy: 'answered_by',
  SipResponseCode: 'sip_response_code',
  ParentCallSid: 'parent_call_sid',
} as const;

/** Somebody calls, or how a call stands that was placed. What becomes of a call that came in is told by nobody. */
export function callEvent(
  externalId: string,
  fields: Fields,
  at: string,
): ChannelEvent | undefined {
  const status = text(fields, 'CallStatus') ?? 'ringing';
  const isInbound = (text(fields, 'Direction') ?? 'inbound') === 'inbound';
  if (isInbound) return status === 'ringing' ? received(externalId, fields, at) : undefined;
  const name = names[status];
  if (name === undefined) return undefined;
  const isFailed = name === 'CallFailed';
  return {
    name,
    payload: told({
      ...parties(externalId, fields),
      occurredAt: timeOf(fields) ?? at,
      errorCode: isFailed ? status : undefined,
      errorMessage: isFailed ? `Twilio calls the call ${status}` : undefined,
      attributes: { provider_status: status, ...renamed(fields, attributes) },
    }),
  };
}

function received(externalId: string, fields: Fields, at: string): ChannelEvent {
  return {
    name: 'CallReceived',
    payload: told({
      ...parties(externalId, fields),
      receivedAt: at,
      attributes: renamed(fields, attributes),
    }),
  };
}

function parties(externalId: string, fields: Fields): Fields {
  return { channelType: 'voice', externalId, from: text(fields, 'From'), to: text(fields, 'To') };
}

/** RFC 2822, in callbacks of calls alone. */
function timeOf(fields: Fields): string | undefined {
  const time = Date.parse(text(fields, 'Timestamp') ?? '');
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
