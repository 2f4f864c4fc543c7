import type { JsonValue } from '@bufbuild/protobuf';
import type { Insertable, Selectable } from 'kysely';
import type { SchedulerTables } from '../connections/tables.ts';
import type { Fault, SourceSubscription, Subscription, SubscriptionCall } from './subscription.ts';

type SubscriptionRow = Selectable<SchedulerTables['subscription']>;

export function subscriptionOf(row: SubscriptionRow): Subscription {
  return {
    connectionId: row.connection_id,
    webhook: row.webhook,
    spaceId: row.space_id,
    pluginId: row.plugin_id,
    wish: row.wish,
    isVerified: row.is_verified,
    url: row.url,
    renewBeforeSeconds: row.renew_before_seconds ?? undefined,
    current: currentOf(row.current),
    call: callOf(row.call),
    hasFailed: row.has_failed,
    error: faultOf(row.error),
    nextAt: row.next_at ?? undefined,
  };
}

export function subscriptionRow(
  subscription: Subscription,
): Insertable<SchedulerTables['subscription']> {
  return {
    connection_id: subscription.connectionId,
    webhook: subscription.webhook,
    space_id: subscription.spaceId,
    plugin_id: subscription.pluginId,
    wish: subscription.wish,
    is_verified: subscription.isVerified,
    url: subscription.url,
    renew_before_seconds: subscription.renewBeforeSeconds ?? null,
    current: textOf(subscription.current),
    call: textOf(subscription.call),
    has_failed: subscription.hasFailed,
    error: textOf(subscription.error),
    next_at: subscription.nextAt ?? null,
  };
}

function textOf(value: object | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function currentOf(value: JsonValue): SourceSubscription | undefined {
  const read = fieldsOf(value);
  if (read === undefined) return undefined;
  return {
    json: read.text('json'),
    id: read.text('id'),
    url: read.text('url'),
    expiresAt: read.time('expiresAt'),
    renewedAt: read.time('renewedAt') ?? new Date(0),
    renewAt: read.time('renewAt'),
  };
}

function callOf(value: JsonValue): SubscriptionCall | undefined {
  const read = fieldsOf(value);
  if (read === undefined) return undefined;
  return {
    id: read.text('id'),
    purpose: read.text('purpose') === 'unsubscribe' ? 'unsubscribe' : 'subscribe',
    url: read.text('url'),
    tries: Number(read.value('tries') ?? 0),
    endBefore: read.time('endBefore'),
  };
}

function faultOf(value: JsonValue): Fault | undefined {
  const read = fieldsOf(value);
  return read && { code: read.text('code'), message: read.text('message') };
}

function fieldsOf(json: JsonValue) {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
  const value = (name: string): JsonValue | undefined => json[name];
  const text = (name: string): string => {
    const found = value(name);
    return typeof found === 'string' ? found : '';
  };
  const time = (name: string): Date | undefined =>
    text(name) === '' ? undefined : new Date(text(name));
  return { value, text, time };
}
