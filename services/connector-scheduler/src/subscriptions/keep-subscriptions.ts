import type { ConnectionChanged, InvocationResult } from '@made-open/contracts';
import type { ConnectionStore, LockedConnection } from '../connections/connection-store.ts';
import { ForeignConnectionError } from '../errors.ts';
import { hintedSchedule } from '../schedules/schedule.ts';
import {
  announcedSubscription,
  wokenSubscription,
  type SubscriptionStep,
} from './advance-subscription.ts';
import { subscriptionCommand, subscriptionEvent } from './announcements.ts';
import { addressOf, desiredSubscriptions } from './desired-subscriptions.ts';
import { recordedSubscription } from './recorded-subscription.ts';
import type { Subscription } from './subscription.ts';

type Random = () => number;

/** Takes over which subscriptions a connection should have; those that it should not have any more are removed. */
export async function announceSubscriptions(
  connection: LockedConnection,
  change: ConnectionChanged,
  publicUrl: string | undefined,
): Promise<void> {
  const { connectionId, spaceId, pluginId } = change;
  const known = await connection.subscriptions();
  const desired = desiredSubscriptions(change, publicUrl);
  const isDesired = ({ webhook }: Subscription): boolean =>
    desired.some((wanted) => wanted.webhook === webhook);
  const undesired = known.filter((subscription) => !isDesired(subscription));
  for (const wanted of [...desired, ...undesired.map(ended)]) {
    const before = known.find(({ webhook }) => webhook === wanted.webhook);
    if (before === undefined && wanted.wish === 'gone') continue;
    const of = { connectionId, spaceId, pluginId };
    await connection.saveSubscription(announcedSubscription(before, wanted, of, connection.now));
  }
}

function ended({ webhook, isVerified, url, renewBeforeSeconds }: Subscription) {
  return { webhook, wish: 'gone', isVerified, url, renewBeforeSeconds } as const;
}

/** Does what the time has come for. */
export async function advanceSubscriptions(
  connection: LockedConnection,
  random: Random,
): Promise<void> {
  const { now } = connection;
  for (const subscription of await connection.subscriptions()) {
    if (subscription.nextAt === undefined || subscription.nextAt > now) continue;
    await carryOut(connection, subscription, wokenSubscription(subscription, { now, random }));
  }
}

/** Takes what a runner of a plugin made of a call. */
export function recordSubscription(
  store: ConnectionStore,
  pluginId: string,
  result: InvocationResult,
  random: Random = Math.random,
): Promise<void> {
  const { connectionId, invocationId } = result;
  return store.withConnection(connectionId, async (connection) => {
    const subscription = (await connection.subscriptions()).find(
      ({ call }) => call?.id === invocationId,
    );
    if (subscription === undefined) return;
    if (subscription.pluginId !== pluginId)
      throw new ForeignConnectionError(connectionId, pluginId);
    const situation = { now: connection.now, random };
    const step = recordedSubscription(subscription, result, situation);
    if (step !== undefined) await carryOut(connection, subscription, step);
  });
}

/** At the start: the public address may be another one than before. */
export async function readdressSubscriptions(
  store: ConnectionStore,
  publicUrl: string | undefined,
): Promise<void> {
  for (const connectionId of await store.subscribed())
    await store.withConnection(connectionId, async (connection) => {
      for (const subscription of await connection.subscriptions()) {
        const url = addressOf(subscription, publicUrl);
        if (url === subscription.url || subscription.wish === 'gone') continue;
        const { spaceId, pluginId } = subscription;
        const of = { connectionId, spaceId, pluginId };
        await connection.saveSubscription(
          announcedSubscription(subscription, { ...subscription, url }, of, connection.now),
        );
      }
    });
}

async function carryOut(
  connection: LockedConnection,
  before: Subscription,
  step: SubscriptionStep,
): Promise<void> {
  const { now, schedule, openRun } = connection;
  if (step.subscription === undefined) {
    await connection.removeSubscription(before.webhook);
    if (before.hasFailed) await connection.publish([subscriptionEvent('restored', before, now)]);
    return;
  }
  await connection.saveSubscription(step.subscription);
  await publishStep(connection, step.subscription, step);
  if (step.hasGap === true && schedule !== undefined)
    await connection.saveSchedule(hintedSchedule(schedule, now, openRun !== undefined));
}

function publishStep(
  connection: LockedConnection,
  subscription: Subscription,
  { isAsked, news }: SubscriptionStep,
): Promise<void> {
  const { now, schedule } = connection;
  const hasRequestBudget = schedule?.budget !== undefined;
  const command =
    isAsked === true ? subscriptionCommand(subscription, hasRequestBudget) : undefined;
  return connection.publish([
    ...(news === undefined ? [] : [subscriptionEvent(news, subscription, now)]),
    ...(command === undefined ? [] : [command]),
  ]);
}
