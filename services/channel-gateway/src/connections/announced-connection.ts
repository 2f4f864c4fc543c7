import { ConnectionState as Announced, type ConnectionChanged } from '@made-open/contracts';
import type { ManifestChannel, ManifestProvider } from '@made-open/manifest';
import type { Connection, ConnectionState } from './connection.ts';
import { bareWebhook, readWebhooks, type Webhook } from './webhook.ts';

const states: Readonly<Record<Announced, ConnectionState>> = {
  [Announced.UNSPECIFIED]: 'inactive',
  [Announced.INACTIVE]: 'inactive',
  [Announced.ACTIVE]: 'active',
  [Announced.PAUSED]: 'paused',
  [Announced.DELETED]: 'deleted',
};

/** The connection that an announcement tells of. */
export function announcedConnection(change: ConnectionChanged): Connection {
  const { connectionId, spaceId, pluginId, pluginType, pluginVersion, name } = change;
  return {
    id: connectionId,
    spaceId,
    pluginId,
    pluginType,
    pluginVersion,
    name,
    state: states[change.state] ?? 'inactive',
    generation: change.generation,
    grants: change.grants,
    webhooks: webhooksOf(change),
    tokenHash: change.webhookTokenHash,
    channel: readChannel(change.channelJson),
    provider: readProvider(change.providerJson),
    actions: change.actions,
    hasRequestBudget: change.requestBudget !== undefined,
  };
}

function webhooksOf({ webhooksJson, pluginType, grants }: ConnectionChanged): readonly Webhook[] {
  // Declared ones need the grant, too: who takes it away closes them all.
  if (!grants.includes('network:inbound')) return [];
  const declared = readWebhooks(webhooksJson);
  return declared.length === 0 && pluginType === 'channel' ? [bareWebhook] : declared;
}

/** Of a manifest, which plugin-manager has checked. */
export function readProvider(text: string): ManifestProvider | undefined {
  const value: unknown = text === '' ? undefined : JSON.parse(text);
  return isProvider(value) ? value : undefined;
}

function isProvider(value: unknown): value is ManifestProvider {
  return typeof value === 'object' && value !== null && 'slots' in value;
}

export function readChannel(text: string): ManifestChannel | undefined {
  const value: unknown = text === '' ? undefined : JSON.parse(text);
  return typeof value === 'object' && value !== null ? value : undefined;
}
