import { kinds, objectSchema, pageSchema } from '../problem-schema.ts';

const { text, texts, time, count, orNull } = kinds;
const id = { ...text, format: 'uuid' };
const fields = {
  id,
  space_id: text,
  name: text,
  url: text,
  subjects: { ...texts, description: 'none: only rules send to it' },
  enabled: { type: 'boolean' },
  disabled_reason: {
    ...orNull(text),
    description: 'why it was switched off by itself; `enabled` switches it on again',
  },
  created_at: time,
  updated_at: time,
};
const secret = {
  ...text,
  description: 'of Standard Webhooks, for who verifies what is sent; shown here alone',
};
const example = {
  id: '5d1f7b0c-3c7e-4d53-9d0e-7a1c7b7f2e10',
  space_id: 'default',
  name: 'Our own system',
  url: 'https://example.com/hooks',
  subjects: ['communication.*', 'rules.>'],
  enabled: true,
  disabled_reason: null,
  created_at: '2026-11-21T06:00:00.000Z',
  updated_at: '2026-11-21T06:00:00.000Z',
};

/** Schemas of what the routes of endpoints answer. */
export const endpointSchemas = {
  Endpoint: objectSchema(fields, example),
  EndpointWithSecret: objectSchema({ ...fields, secret }, { ...example, secret: 'whsec_…' }),
  EndpointRotated: objectSchema(
    {
      ...fields,
      secret,
      former_secret_until: {
        ...orNull(time),
        description: 'until then requests are signed with the former secret, too; null: no more',
      },
    },
    { ...example, secret: 'whsec_…', former_secret_until: '2026-11-22T06:00:00.000Z' },
  ),
  EndpointPage: pageSchema('Endpoint'),
  EndpointDelivery: objectSchema(
    {
      id: { ...id, description: '`webhook-id` of the request, the same in every try' },
      event_type: text,
      state: { type: 'string', enum: ['pending', 'delivered', 'failed'] },
      tries: count,
      http_status: { type: ['integer', 'null'], description: 'of the last try' },
      error: {
        type: ['object', 'null'],
        required: ['code', 'message'],
        properties: { code: text, message: text },
      },
      created_at: time,
      last_try_at: orNull(time),
      next_try_at: orNull(time),
    },
    {
      id: '01930000-0000-7000-8000-00000000000c',
      event_type: 'communication.MessageReceived',
      state: 'pending',
      tries: 2,
      http_status: 503,
      error: { code: 'rules.endpoint_refused', message: 'the endpoint answered 503' },
      created_at: '2026-11-21T06:00:00.000Z',
      last_try_at: '2026-11-21T06:00:05.000Z',
      next_try_at: '2026-11-21T06:05:05.000Z',
    },
  ),
  EndpointDeliveryPage: pageSchema('EndpointDelivery'),
};
