import type { Platform } from '@made-open/nest';
import type { Ask } from '../ask.ts';
import type { GatewayConfig } from '../config.ts';
import type { ConnectionStore } from '../connections/connection-store.ts';
import type { GatewaySchema } from '../database/migrations.ts';
import type { DeliveryStore } from '../deliveries/delivery-store.ts';
import { BoundedProof } from './proof/bounded-proof.ts';
import { BusInbox } from './bus-inbox.ts';
import { ReceiveWebhook, type ReceiveWebhookParts } from './receive-webhook.ts';
import { WalletProof } from './proof/wallet-proof.ts';
import { WebhookLimits } from './webhook-limits.ts';
import { WebhookRoutes } from './webhook-routes.ts';

export interface WebhookNeeds {
  readonly ask: Ask;
  readonly connections: ConnectionStore;
  readonly deliveries: Pick<DeliveryStore, 'countAgain'>;
}

/** The routes of webhooks with what stands behind them. */
export function webhookRoutesOf(
  platform: Platform<GatewaySchema>,
  config: GatewayConfig,
  { ask, connections, deliveries }: WebhookNeeds,
): WebhookRoutes {
  const { walletSealingKey: sealingKey, publicUrl, answerTimeoutMs, trustedProxies } = config;
  const { onRefused, ...heard } = hearing(platform);
  const receiver = new ReceiveWebhook({
    connections,
    proof: new BoundedProof(new WalletProof(ask, { sealingKey, publicUrl })),
    inbox: new BusInbox(platform.bus, answerTimeoutMs),
    limits: new WebhookLimits(),
    isProofRequired: config.profile === 'hipaa',
    onDuplicate: (duplicate) => {
      deliveries.countAgain(duplicate).catch((error: unknown) => {
        platform.logger.warn('a repetition was not counted', { error });
      });
    },
    ...heard,
  });
  return new WebhookRoutes(receiver, { trustedProxies, onRefused });
}

/** Counts and logs without anything of what requests hold. */
function hearing({
  metrics,
  logger,
}: Platform<GatewaySchema>): Pick<ReceiveWebhookParts, 'onAccepted' | 'onUnproven'> &
  Pick<ConstructorParameters<typeof WebhookRoutes>[1], 'onRefused'> {
  const accepted = metrics.counter(
    'webhooks_accepted_total',
    'Requests to webhooks that were answered well: stored, duplicates of stored ones, challenges',
    ['outcome'],
  );
  const refused = metrics.counter(
    'webhooks_refused_total',
    'Requests to webhooks that were refused, by code',
    ['code'],
  );
  return {
    onAccepted: (outcome) => accepted.inc({ outcome }),
    onUnproven: ({ id: connectionId, pluginId }, { name: webhook, verify }, reason) =>
      logger.warn('the sender of a webhook is not proven', {
        connectionId,
        pluginId,
        webhook,
        verify,
        reason,
      }),
    onRefused: ({ code, status }, error) => {
      refused.inc({ code });
      metrics.countError(code);
      if (status === 500) logger.error('a webhook could not be taken', { error });
    },
  };
}
