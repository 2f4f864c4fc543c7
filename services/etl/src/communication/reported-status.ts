import { InvalidItemError } from '../errors.ts';
import type { EventPayload } from './event-payload.ts';

/** How a message, call or fax of ours stands, as its provider says. */
export interface ReportedStatus {
  readonly kind: 'status';
  readonly told: Readonly<Record<string, unknown>>;
}

const reported = 'communication.StatusReported';
const messageStatuses = ['sent', 'delivered', 'failed'] as const;
const faxStatuses = [
  'accepted',
  'queued',
  'in_progress',
  'succeeded',
  'failed',
  'cancelled',
  'unknown',
] as const;
const writtenStatuses: readonly string[] = [...new Set([...messageStatuses, ...faxStatuses])];
const callStatuses: readonly string[] = ['sent', 'ringing', 'answered', 'completed', 'failed'];

/** Names under which plugins tell of it. */
const statuses: Readonly<Record<string, readonly ['message' | 'call', string]>> = {
  'communication.MessageSent': ['message', 'sent'],
  'communication.MessageDelivered': ['message', 'delivered'],
  'communication.MessageRead': ['message', 'delivered'],
  'communication.MessageFailed': ['message', 'failed'],
  'communication.MessageUndelivered': ['message', 'failed'],
  'communication.FaxSucceeded': ['message', 'succeeded'],
  'communication.FaxFailed': ['message', 'failed'],
  'communication.FaxCancelled': ['message', 'cancelled'],
  'communication.CallPlaced': ['call', 'sent'],
  'communication.CallInitiated': ['call', 'sent'],
  'communication.CallRinging': ['call', 'ringing'],
  'communication.CallAnswered': ['call', 'answered'],
  'communication.CallCompleted': ['call', 'completed'],
  'communication.CallEnded': ['call', 'completed'],
  'communication.CallFailed': ['call', 'failed'],
};

export function isStatusEvent(subject: string): boolean {
  return subject === reported || Object.hasOwn(statuses, subject);
}

/** Throws InvalidItemError. */
export function readStatus(subject: string, payload: EventPayload, time: Date): ReportedStatus {
  const externalId = payload.requiredText('external_id', 512);
  const [kind, status] = statuses[subject] ?? statedStatus(payload);
  return {
    kind: 'status',
    told: {
      external_id: externalId,
      status,
      error_code: codeOf(payload.take('error_code')),
      error_message: payload.text('error_message', 2048),
      occurred_at: payload.time('occurred_at', time),
      is_call: kind === 'call',
      attributes: payload.rest(),
    },
  };
}

function statedStatus(payload: EventPayload): readonly ['message' | 'call', string] {
  const isCall = payload.take('is_call') ?? false;
  if (typeof isCall !== 'boolean') throw new InvalidItemError('isCall must be true or false');
  const status = payload.requiredText('status', 64);
  const known = isCall ? callStatuses : writtenStatuses;
  if (!known.includes(status))
    throw new InvalidItemError(
      `status of a ${isCall ? 'call' : 'message'} must be one of ${known.join(', ')}`,
    );
  return [isCall ? 'call' : 'message', status];
}

/** Providers number them. */
function codeOf(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value === 'string' && value.length <= 128) return value;
  if (typeof value === 'number') return String(value);
  throw new InvalidItemError('errorCode must be a text of at most 128 characters or a number');
}
