import { WebhookFailedSchema, WebhookHandledSchema } from '@made-open/contracts';
import { appendOutbox, type OutboxMessage } from '@made-open/postgres';
import { sql, type Transaction } from 'kysely';
import { readWebhooks } from '../connections/webhook.ts';
import type { GatewaySchema } from '../database/migrations.ts';
import { outboxEvent } from '../outbox-event.ts';
import type { Delivery } from './delivery.ts';

/**
 * Tells that a delivery was handled or given up. Of webhooks that are no hints only what changes how they fare is told, or each
 * message of a busy channel would have an event beside its own.
 */
export async function tellEnded(
  transaction: Transaction<GatewaySchema>,
  delivery: Delivery,
  now: Date,
): Promise<void> {
  if (delivery.state !== 'handled' && delivery.state !== 'failed') return;
  const connection = await transaction
    .selectFrom('connection')
    .select(['plugin_type', 'webhooks'])
    .where('id', '=', delivery.connectionId)
    .where('state', '<>', 'deleted')
    .executeTakeFirst();
  if (connection === undefined) return;
  const isNews = await isOtherwise(transaction, delivery, delivery.state);
  const isHint =
    connection.plugin_type === 'connector' &&
    readWebhooks(JSON.stringify(connection.webhooks)).some(
      ({ name, subscription }) => name === delivery.name && subscription !== undefined,
    );
  if (isNews || isHint || delivery.state === 'failed')
    await appendOutbox(transaction, [endedEvent(delivery, now)]);
}

/** Whether the newest delivery of the same webhook ended otherwise, or there was none; notes how this one did. */
async function isOtherwise(
  transaction: Transaction<GatewaySchema>,
  { connectionId, name }: Delivery,
  state: 'handled' | 'failed',
): Promise<boolean> {
  const known = await transaction
    .selectFrom('told_webhook')
    .select('state')
    .where('connection_id', '=', connectionId)
    .where('name', '=', name)
    .executeTakeFirst();
  // Without a lock, which all deliveries of the webhook would wait for.
  if (known?.state === state) return false;
  const { rows } = await sql`insert into told_webhook (connection_id, name, state)
    values (${connectionId}, ${name}, ${state})
    on conflict (connection_id, name) do update set state = excluded.state
      where told_webhook.state <> excluded.state
    returning 1`.execute(transaction);
  return rows.length > 0;
}

function endedEvent(delivery: Delivery, now: Date): OutboxMessage {
  const { connectionId, pluginId, spaceId, name: webhook, id: deliveryId, error } = delivery;
  const ended = { connectionId, pluginId, spaceId, webhook, deliveryId };
  if (delivery.state === 'handled') return outboxEvent(WebhookHandledSchema, ended, now);
  const { code: errorCode = '', message: errorMessage = '' } = error ?? {};
  return outboxEvent(WebhookFailedSchema, { ...ended, errorCode, errorMessage }, now);
}
