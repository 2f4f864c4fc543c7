import type { Manifest, ManifestWebhook } from '@made-open/manifest';
import type { PluggedConnection } from '../connections/connection.ts';
import { grantsOf, manifestOf } from '../plugins/plugin.ts';

/** What a version receives: its webhooks, or one of the bare path for a channel that declares none. */
export function webhooksOf({
  type,
  permissions,
  webhooks = [],
}: Manifest): readonly ManifestWebhook[] {
  if (!permissions.includes('network:inbound')) return [];
  return webhooks.length === 0 && type === 'channel' ? [{ verify: 'none' }] : webhooks;
}

/** Whether a token in the address is all that proves a sender. */
export function takesToken(manifest: Manifest): boolean {
  return webhooksOf(manifest).some(({ verify }) => verify === 'none');
}

/** What the others hear of it; nothing comes in before `network:inbound` is approved. */
export function announcedInbound({ connection, plugin, reference }: PluggedConnection): {
  webhooksJson: string;
  webhookTokenHash: string;
  channelJson: string;
  operators: string[];
} {
  const manifest = manifestOf(reference);
  const { channel, operators = [] } = manifest;
  const isApproved = grantsOf(plugin, reference).includes('network:inbound');
  const webhooks = isApproved ? webhooksOf(manifest) : [];
  return {
    webhooksJson: webhooks.length === 0 ? '' : JSON.stringify(webhooks),
    webhookTokenHash: connection.webhookTokenHash ?? '',
    channelJson: channel === undefined ? '' : JSON.stringify(channel),
    operators: operators.map(({ name }) => name),
  };
}
