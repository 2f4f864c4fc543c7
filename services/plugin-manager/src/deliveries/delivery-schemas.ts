import { DeliveryState, type Delivery, type GetDeliveryResponse } from '@made-open/contracts';
import { kinds, objectSchema, pageSchema } from '../problem-schema.ts';
import { queryShape } from '../reader.ts';

const { text, time, count, orNull } = kinds;

const stateNames = ['pending', 'handled', 'failed'] as const;
type StateName = (typeof stateNames)[number];

const states: Readonly<Record<StateName, DeliveryState>> = {
  pending: DeliveryState.PENDING,
  handled: DeliveryState.HANDLED,
  failed: DeliveryState.FAILED,
};

export const stateField: { type: 'string'; enum: string[]; description: string } = {
  type: 'string',
  enum: [...stateNames],
  description: 'only those of this state',
};

/** What is replayed all together. */
export const replayQuery = queryShape<{ state: 'failed' }>({
  state: { type: 'string', enum: ['failed'], default: 'failed' },
});

export function stateNamed(name: string | undefined): DeliveryState {
  const known = stateNames.find((candidate) => candidate === name);
  return known === undefined ? DeliveryState.UNSPECIFIED : states[known];
}

const fields = {
  id: { ...text, format: 'uuid' },
  provider_id: { ...text, description: 'by which the provider tells its deliveries apart' },
  connection_id: text,
  plugin_id: text,
  webhook: { ...text, description: 'its name; empty for the bare path' },
  state: {
    type: 'string',
    enum: stateNames,
    description:
      'pending: it waits for the plugin, for those before it or for its next try; failed: given up after all tries',
  },
  tries: count,
  body_bytes: count,
  content_type: text,
  received_at: time,
  received_count: { ...count, description: 'how often the provider has sent it' },
  handled_at: orNull(time),
  next_try_at: orNull(time),
  error: {
    type: ['object', 'null'],
    description: 'why its newest try failed',
    properties: { code: text, message: text },
  },
} as const;

const example = {
  id: '7c1f2d5e-9a0b-4c3d-8e4f-5a6b7c8d9e0f',
  provider_id: 'SM0123456789abcdef:delivered',
  connection_id: '3f1c9f0e-7a5d-4b0e-9b1e-0d7f2b9a6c11',
  plugin_id: 'com.twilio.sms',
  webhook: 'status',
  state: 'failed',
  tries: 5,
  body_bytes: 412,
  content_type: 'application/x-www-form-urlencoded',
  received_at: '2026-11-21T06:00:00.000Z',
  received_count: 1,
  handled_at: null,
  next_try_at: null,
  error: { code: 'plugin.error', message: 'cannot read MessageStatus' },
};

/** Schemas of what the routes of deliveries answer. */
export const deliverySchemas = {
  Delivery: objectSchema(fields, example),
  DeliveryPage: pageSchema('Delivery'),
  DeliveryContent: objectSchema(
    {
      ...fields,
      conversation_key: {
        ...text,
        description: 'those that agree in it are handled one after the other',
      },
      headers: {
        type: 'object',
        additionalProperties: text,
        description: 'without what proves the sender',
      },
      query: { type: 'object', additionalProperties: text },
      body: { ...text, description: 'as it came, in base64' },
    },
    {
      ...example,
      conversation_key: '+15550100 +15550101',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      query: {},
      body: 'TWVzc2FnZVNpZD1TTTE=',
    },
  ),
  ReplayedDeliveries: objectSchema(
    { replayed: count, has_more: { type: 'boolean', description: 'some are left: ask again' } },
    { replayed: 17, has_more: false },
  ),
};

const shown: Readonly<Record<DeliveryState, StateName>> = {
  [DeliveryState.UNSPECIFIED]: 'pending',
  [DeliveryState.PENDING]: 'pending',
  [DeliveryState.HANDLED]: 'handled',
  [DeliveryState.FAILED]: 'failed',
};

export function deliveryView(delivery: Delivery): object {
  const { errorCode: code, errorMessage: message } = delivery;
  return {
    id: delivery.id,
    provider_id: delivery.providerId,
    connection_id: delivery.connectionId,
    plugin_id: delivery.pluginId,
    webhook: delivery.name,
    state: shown[delivery.state] ?? 'pending',
    tries: delivery.tries,
    body_bytes: delivery.bodyBytes,
    content_type: delivery.contentType,
    received_at: delivery.receivedAt,
    received_count: delivery.receivedCount,
    handled_at: delivery.handledAt || null,
    next_try_at: delivery.nextTryAt || null,
    error: code === '' ? null : { code, message },
  };
}

export function contentView({ delivery, body, headers, query }: GetDeliveryResponse): object {
  if (delivery === undefined) return {};
  return {
    ...deliveryView(delivery),
    conversation_key: delivery.conversationKey,
    headers,
    query,
    body: Buffer.from(body).toString('base64'),
  };
}
