import { create } from '@bufbuild/protobuf';
import {
  EndpointDeliverySchema,
  EndpointSchema,
  type Endpoint,
  type EndpointDelivery,
} from '@made-open/contracts';
import type { Selectable } from 'kysely';
import type { RulesTables } from '../tables.ts';

export type EndpointRow = Selectable<RulesTables['endpoint']>;
export type DeliveryRow = Omit<Selectable<RulesTables['endpoint_delivery']>, 'body' | 'event_id'>;

export function endpointMessage(row: EndpointRow): Endpoint {
  return create(EndpointSchema, {
    id: row.id,
    spaceId: row.space_id,
    name: row.name,
    url: row.url,
    subjects: row.subjects,
    enabled: row.enabled,
    disabledReason: row.disabled_reason,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  });
}

export function deliveryMessage(row: DeliveryRow): EndpointDelivery {
  return create(EndpointDeliverySchema, {
    id: row.id,
    endpointId: row.endpoint_id,
    eventType: row.event_type,
    state: row.state,
    tries: row.tries,
    httpStatus: row.http_status,
    errorCode: row.error_code,
    errorMessage: row.error_message,
    createdAt: row.created_at.toISOString(),
    lastTryAt: row.last_try_at?.toISOString() ?? '',
    nextTryAt: row.state === 'pending' ? (row.wake_at?.toISOString() ?? '') : '',
  });
}
