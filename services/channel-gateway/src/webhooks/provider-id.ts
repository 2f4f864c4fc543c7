import type { ManifestSignedPart } from '@made-open/manifest';
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
  const id = isDeclared(webhook)
    ? signedId(webhook, request, payload)
    : declaredId(webhook, request, payload) || schemeId(webhook, request, payload);
  if (id === '') return `${bodyIdPrefix}${hashOf(request.body)}`;
  // It stands in a header of NATS.
  return /^[\x21-\x7e]{1,200}$/u.test(id) ? id : `sha256:${hashOf(id)}`;
}

/** The manifest says what is signed. */
function isDeclared({ verify, signature }: Webhook): boolean {
  return verify === 'hmac' || verify === 'public-key' || !isBodySigned(signature?.parts);
}

function isBodySigned(parts: readonly ManifestSignedPart[] | undefined): boolean {
  return parts === undefined || parts.includes('raw_body') || parts.includes('body_sha256');
}

/** Only what is signed as such tells deliveries apart; else the proof itself does, or the body where it is all signed. */
function signedId(webhook: Webhook, request: WebhookRequest, payload: Payload): string {
  const { signature: { header, field = '', parts } = {}, deliveryId, verify } = webhook;
  const isWhole = isBodySigned(parts);
  const id = isWhole
    ? bodySignedId(webhook, request, payload)
    : isIdSigned(webhook)
      ? declaredId(webhook, request, payload)
      : '';
  // Of one ECDSA signature anybody can make another one that is as good.
  if (id !== '' || (isWhole && (deliveryId === undefined || verify === 'public-key'))) return id;
  const proof =
    header === undefined ? fieldOf(payload, field) : request.headers[header.toLowerCase()];
  return proofId(proof);
}

/** Without a header that is not signed; its fields whatever the type of the body is called, which is not signed either. */
function bodySignedId(webhook: Webhook, request: WebhookRequest, payload: Payload): string {
  const { header, fields } = webhook.deliveryId ?? {};
  const isHeaderSigned = header !== undefined && isSigned(webhook, 'header', header);
  const deliveryId = {
    ...(isHeaderSigned ? { header } : {}),
    ...(fields === undefined ? {} : { fields }),
  };
  const signed = fields === undefined ? payload : signedPayload(request, payload);
  return declaredId({ ...webhook, deliveryId }, request, signed);
}

function signedPayload({ body }: WebhookRequest, payload: Payload): Payload {
  const json = jsonOf(body);
  if (json.kind === 'json' && typeof json.value === 'object') return json;
  if (payload.kind === 'multipart') return payload;
  // Only its type says where the parts of such a form end.
  if (Buffer.from(body.subarray(0, 2)).equals(Buffer.from('--')))
    throw new UnverifiedWebhookError();
  return readPayload('application/x-www-form-urlencoded', body);
}

function isIdSigned(webhook: Webhook): boolean {
  const { header, fields = [] } = webhook.deliveryId ?? {};
  return (
    (header === undefined || isSigned(webhook, 'header', header)) &&
    fields.every((path) => isSigned(webhook, 'field', path))
  );
}

function isSigned({ signature }: Webhook, kind: 'header' | 'field', name: string): boolean {
  return (signature?.parts ?? []).some((part) => {
    const listed: unknown = typeof part === 'object' && Reflect.get(part, kind);
    if (typeof listed !== 'string') return false;
    return kind === 'field' ? listed === name : listed.toLowerCase() === name.toLowerCase();
  });
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
