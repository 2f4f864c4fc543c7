import { fieldOf, firstFieldOf, readPayload, type Payload } from '@made-open/nest';
import { createHash, randomUUID } from 'node:crypto';
import type { Webhook } from '../connections/webhook.ts';
import { UnverifiedWebhookError } from '../errors.ts';
import type { WebhookRequest } from './webhook-request.ts';

type Finder = (request: WebhookRequest, payload: Payload) => string;

const joined = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(':');

/**
 * By which each scheme's provider tells its deliveries apart; empty when this one says nothing. Who has seen a request can send
 * it again with whatever is not signed in another form, its media type for example: an id comes only from what is signed, and
 * where it cannot be read there the proof itself is the id, so that nothing new comes of one proof.
 */
const finders: Readonly<Record<string, Finder>> = {
  'standard-webhooks': ({ headers }) => headers['webhook-id'] ?? '',
  // Signed is the body alone, and two may be alike; X-GitHub-Delivery anybody can change.
  github: () => '',
  stripe: ({ body }) => fieldOf(jsonOf(body), 'id') || proofId(body),
  // Signed are names and values without anything between them: what is the id among them is not certain.
  twilio: ({ headers }) => proofId(headers['x-twilio-signature']),
  slack: ({ body, headers }) => slackId(body) || proofId(headers['x-slack-signature']),
  telegram: (_, payload) => fieldOf(payload, 'update_id'),
  mailgun: (request) => mailgunToken(request),
  'microsoft-graph': (_, payload) => (tellsWhatChanged(payload) ? '' : randomUUID()),
};

/** With the hash of a body behind it: nothing says whether the same words mean something new when they come again. */
export const bodyIdPrefix = 'body:';

/** The provider's id of a delivery: what the manifest names, what the scheme has, else a hash of the body. */
export function providerIdOf(webhook: Webhook, request: WebhookRequest, payload: Payload): string {
  const id =
    (isPartlySigned(webhook) ? signedId(webhook, request, payload) : '') ||
    declaredId(webhook, request, payload) ||
    schemeId(webhook, request, payload);
  if (id === '') return `${bodyIdPrefix}${hashOf(request.body)}`;
  // It stands in a header of NATS.
  return /^[\x21-\x7e]{1,200}$/u.test(id) ? id : `sha256:${hashOf(id)}`;
}

/** The manifest says what is signed, and it is not the whole body. */
function isPartlySigned({ signature }: Webhook): boolean {
  const { parts } = signature ?? {};
  return parts !== undefined && !parts.includes('raw_body') && !parts.includes('body_sha256');
}

/** Only what is signed as such tells deliveries apart; else the proof itself does. */
function signedId(webhook: Webhook, request: WebhookRequest, payload: Payload): string {
  const { header, field = '' } = webhook.signature ?? {};
  const id = isIdSigned(webhook) ? declaredId(webhook, request, payload) : '';
  if (id !== '') return id;
  const proof =
    header === undefined ? fieldOf(payload, field) : request.headers[header.toLowerCase()];
  return proofId(proof);
}

function isIdSigned({ signature, deliveryId: { header, fields = [] } = {} }: Webhook): boolean {
  const isSigned = (name: 'header' | 'field', value: string): boolean =>
    signature?.parts?.some(
      (part) => typeof part === 'object' && Reflect.get(part, name) === value,
    ) === true;
  return (
    (header === undefined || isSigned('header', header)) &&
    fields.every((path) => isSigned('field', path))
  );
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

function proofId(proof: Uint8Array | string | undefined): string {
  if (proof === undefined || proof.length === 0) throw new UnverifiedWebhookError();
  return `proof:${hashOf(proof)}`;
}

/** Events are JSON; commands are forms, and so are interactions, with JSON in one field. */
function slackId(body: Uint8Array): string {
  const form = readPayload('application/x-www-form-urlencoded', body);
  const interaction = jsonOf(Buffer.from(fieldOf(form, 'payload')));
  return (
    firstFieldOf(jsonOf(body), ['event_id', 'trigger_id']) ||
    fieldOf(form, 'trigger_id') ||
    fieldOf(interaction, 'trigger_id')
  );
}

/** All that Mailgun signs besides the time; read as the wallet reads what it verifies, the last one of several. */
function mailgunToken({ headers, body }: WebhookRequest): string {
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
  const token = isForm
    ? (new URLSearchParams(Buffer.from(body).toString()).getAll('token').at(-1) ?? '')
    : fieldOf(jsonOf(body), 'signature.token');
  if (token === '') throw new UnverifiedWebhookError();
  return token;
}

/** Whatever its headers call it. */
function jsonOf(body: Uint8Array): Payload {
  return readPayload('application/json', body);
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
