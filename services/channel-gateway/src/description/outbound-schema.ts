import { outboundStates, type ChannelKind } from '../outbound/outbound.ts';

const text = { type: 'string' };
const textOrNull = { type: ['string', 'null'] };
const timeOrNull = { type: ['string', 'null'], format: 'date-time' };
const time = { type: 'string', format: 'date-time' };
const attributes = {
  type: 'object',
  description: 'Further members that the plugin of the channel knows, given to it as they are.',
  additionalProperties: true,
};

const attachmentSchema = {
  type: 'object',
  required: ['file_id', 'name', 'mime_type', 'size_bytes'],
  properties: { file_id: text, name: text, mime_type: text, size_bytes: { type: 'integer' } },
};

/** A message or call, as it stands. */
export function outboundSchema(kind: ChannelKind): object {
  const properties = {
    id: { type: 'string', format: 'uuid' },
    type: { const: `outbound_${kind}` },
    state: { enum: [...outboundStates] },
    connection_id: text,
    plugin_id: text,
    to: text,
    from: textOrNull,
    ...(kind === 'message'
      ? {
          body: text,
          thread_id: textOrNull,
          attachments: { type: 'array', items: attachmentSchema },
        }
      : {}),
    attributes,
    external_id: { ...textOrNull, description: 'At the provider.' },
    provider_status: { ...textOrNull, description: 'As the provider calls it.' },
    attempts: { type: 'integer', description: 'Attempts that were begun.' },
    error: {
      type: ['object', 'null'],
      required: ['code', 'message'],
      properties: { code: text, message: text },
    },
    requested_by: { ...text, description: 'Id of an API key, or `rule:` and the id of a rule.' },
    created_at: time,
    updated_at: time,
    next_try_at: timeOrNull,
    sent_at: timeOrNull,
    delivered_at: timeOrNull,
    href: { type: 'string', format: 'uri-reference' },
  };
  return { type: 'object', required: Object.keys(properties), properties };
}

/** What is sent to have a message sent, or a call placed. */
export function outboundRequestSchema(kind: ChannelKind): object {
  const to = { type: 'string', minLength: 1, maxLength: 500 };
  const from = { type: 'string', maxLength: 500 };
  if (kind === 'call')
    return {
      type: 'object',
      required: ['to', 'from'],
      properties: { to, from, attributes },
      additionalProperties: false,
    };
  return {
    type: 'object',
    required: ['to'],
    description: 'With a body, attachments or both.',
    properties: {
      to,
      body: { type: 'string', maxLength: 100_000 },
      from,
      thread_id: { type: 'string', maxLength: 2000 },
      attachments: {
        type: 'array',
        maxItems: 10,
        items: {
          type: 'object',
          required: ['file_id'],
          properties: { file_id: { type: 'string', pattern: '^[0-9a-f]{64}$' } },
        },
      },
      attributes,
    },
    additionalProperties: false,
  };
}
