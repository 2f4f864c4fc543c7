import {
  requireConfig,
  type ConnectorDataItem,
  type ConnectorPlugin,
  type HostContext,
  type SubscriptionRequest,
  type WebhookSubscription,
} from '@made-open/plugin-sdk';
import { GraphClient, graphRoot } from './account/graph-client.ts';
import { ResyncNeeded } from './account/graph-error.ts';
import { mapRaw } from './map-raw.ts';
import { readConfig } from './config.ts';
import { NotificationSubscriptions } from './notifications/notification-subscriptions.ts';
import { syncAccount } from './account/sync-account.ts';

/** Contacts, calendars, mail and files of a Microsoft account. */
export const plugin: ConnectorPlugin = {
  id: 'com.microsoft.graph',

  async *sync(context: HostContext): AsyncGenerator<ConnectorDataItem> {
    const client = clientOf(context);
    try {
      yield* syncAccount(context, client, new Date());
    } catch (error) {
      if (!(error instanceof ResyncNeeded)) throw error;
      context.logger.warn('everything is read again', { reason: error.message });
      await context.checkpoint.reset();
      yield* syncAccount(context, client, new Date());
    }
  },

  mapToUnifiedModel: mapRaw,

  /** A notification, of a change or of its subscription, is but a hint: the delta sync that follows it brings what has changed. */
  async handleWebhook(): Promise<void> {},

  async subscribe(
    { url, current }: SubscriptionRequest,
    context: HostContext,
  ): Promise<WebhookSubscription> {
    const { parts } = readConfig(context.config);
    return subscriptionsOf(context).keep({ url, parts, current, now: new Date() });
  },

  async unsubscribe(subscription: WebhookSubscription, context: HostContext): Promise<void> {
    await subscriptionsOf(context).remove(subscription);
  },

  async testConnection(context: HostContext): Promise<void> {
    if ((await clientOf(context).find('/me?$select=id')) === undefined)
      throw new Error(`${graphRoot}/me is not there: the access token belongs to no person`);
  },
};

function clientOf(context: HostContext): GraphClient {
  return new GraphClient(context, requireConfig(context, 'accessToken'));
}

function subscriptionsOf(context: HostContext): NotificationSubscriptions {
  return new NotificationSubscriptions(clientOf(context), context);
}
