import { createHash, randomUUID } from 'node:crypto';
import type { Webhook } from '../connections/webhook.ts';
import { fieldOf, firstFieldOf, type Payload } from './payload.ts';
import type { WebhookRequest } from './webhook-request.ts';

type Finder = (request: WebhookRequest, payload: Payload) => string;

const joined = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(':');

/** A call tells of itself several times under one id; only what is signed counts. */
const twilioSteps = ['SequenceNumber', 'RecordingSid', 'RecordingStatus', 'Digits', 'SpeechResult'];

/** By which each scheme's provider tells its deliveries apart; empty when this one says nothing. */
const finders: Readonly<Record<string, Finder>> = {
  'standard-webhooks': ({ headers }) => headers['webhook-id'] ?? '',
  github: ({ headers }) => headers['x-github-delivery'] ?? '',
  stripe: (_, payload) => fieldOf(payload, 'id'),
  twilio: (_, payload) => twilioId(payload),
  slack: (_, payload) => firstFieldOf(payload, ['event_id', 'trigger_id']),
  telegram: (_, payload) => fieldOf(payload, 'update_id'),
  mailgun: (_, payload) => firstFieldOf(payload, ['signature.token', 'token']),
  'microsoft-graph': (_, payload) => (tellsWhatChanged(payload) ? '' : randomUUID()),
};

/** The provider's id of a delivery: what the manifest names, what the scheme has, else a hash of the body. */
export function providerIdOf(webhook: Webhook, request: WebhookRequest, payload: Payload): string {
  const id = declaredId(webhook, request, payload) || schemeId(webhook, request, payload);
  if (id === '') return `sha256:${hashOf(request.body)}`;
  // It stands in a header of NATS.
  return /^[\x21-\x7e]{1,200}$/u.test(id) ? id : `sha256:${hashOf(id)}`;
}

function declaredId({ deliveryId }: Webhook, { headers }: WebhookRequest, payload: Payload) {
  const header = deliveryId?.header?.toLowerCase();
  const named = header === undefined ? '' : (headers[header] ?? '');
  const fields = (deliveryId?.fields ?? []).map((path) => fieldOf(payload, path));
  return joined([named, ...fields]);
}

function schemeId({ verify }: Webhook, request: WebhookRequest, payload: Payload): string {
  return finders[verify]?.(request, payload) ?? '';
}

function twilioId(payload: Payload): string {
  const sid = firstFieldOf(payload, ['MessageSid', 'SmsSid', 'CallSid']);
  if (sid === '') return '';
  const status = firstFieldOf(payload, ['MessageStatus', 'SmsStatus', 'CallStatus']);
  return joined([sid, status, ...twilioSteps.map((name) => fieldOf(payload, name))]);
}

/** Without the version of what changed a notification says "look again", and the same words mean a new change each time. */
function tellsWhatChanged({ value }: Payload): boolean {
  const list: unknown =
    typeof value === 'object' && value !== null && 'value' in value && value.value;
  return (
    Array.isArray(list) &&
    list.length > 0 &&
    list.every(
      (entry: unknown) => fieldOf({ kind: 'json', value: entry }, 'id') !== '' || hasVersion(entry),
    )
  );
}

function hasVersion(entry: unknown): boolean {
  const data: unknown =
    typeof entry === 'object' && entry !== null && Reflect.get(entry, 'resourceData');
  return (
    typeof data === 'object' &&
    data !== null &&
    typeof Reflect.get(data, '@odata.etag') === 'string'
  );
}

function hashOf(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}
