import type { Selectable } from 'kysely';
import type { Delivery, DeliveryContent, DeliveryStanding } from './delivery.ts';
import type { DeliveryTable } from './tables.ts';

/** All but what came with it. */
export type DeliveryRow = Omit<
  Selectable<DeliveryTable>,
  'body' | 'headers' | 'query' | 'lane' | 'is_strict'
> & { body_bytes: number };

export type ContentRow = Pick<Selectable<DeliveryTable>, 'body' | 'headers' | 'query'>;

export function deliveryOf(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    providerId: row.provider_id,
    connectionId: row.connection_id,
    spaceId: row.space_id,
    pluginId: row.plugin_id,
    name: row.name,
    conversationKey: row.conversation_key,
    contentType: row.content_type,
    bodyBytes: row.body_bytes,
    receivedAt: row.received_at,
    receivedCount: row.received_count,
    ...standingOf(row),
  };
}

export function contentOf({ body, headers, query }: ContentRow): DeliveryContent {
  return { body, headers, query };
}

function standingOf(row: DeliveryRow): DeliveryStanding {
  return {
    state: row.state,
    invocationId: row.invocation_id,
    tries: row.tries,
    nextAt: row.next_at ?? undefined,
    endedAt: row.ended_at ?? undefined,
    error:
      row.error_code === null
        ? undefined
        : { code: row.error_code, message: row.error_message ?? '' },
  };
}

export function standingRow(standing: DeliveryStanding) {
  return {
    state: standing.state,
    invocation_id: standing.invocationId,
    tries: standing.tries,
    next_at: standing.nextAt ?? null,
    ended_at: standing.endedAt ?? null,
    error_code: standing.error?.code ?? null,
    error_message: standing.error?.message ?? null,
  };
}
