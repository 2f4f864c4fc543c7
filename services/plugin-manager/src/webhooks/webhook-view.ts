import type { ManifestWebhook } from '@made-open/manifest';
import {
  connectionView,
  type ConnectionView,
  type PluggedConnection,
  type Reason,
} from '../connections/connection.ts';
import { manifestOf } from '../plugins/plugin.ts';
import { webhooksOf } from './declared-webhooks.ts';

/** A webhook of a connection, as the API shows it. */
export interface WebhookView {
  /** Empty for the bare path. */
  readonly name: string;
  /** With `<token>` where a token belongs. */
  readonly url: string;
  readonly verify: string;
  /** Where the proof stands and how it is written, for schemes that leave it to the manifest; null for the others. */
  readonly signature: WebhookSignature | null;
  readonly description: string;
  /** What is missing before anything comes in. */
  readonly needs: Reason | null;
}

/** Of `hmac` and `shared-secret`. */
export interface WebhookSignature {
  /** Without one the secret is a parameter of the query. */
  readonly header: string | null;
  readonly algorithm: string;
  readonly encoding: string;
  readonly prefix: string;
  readonly timestamp_header: string | null;
  /** The parameter of the query that holds a shared secret. */
  readonly query: string | null;
}

export interface ShownConnection extends ConnectionView {
  readonly webhooks: readonly WebhookView[];
}

/** Connections as the API shows them, with the addresses that their sources send to. */
export class ShowConnections {
  readonly #publicUrl: string;

  /** Without the address of the gateway those of webhooks are paths. */
  constructor(publicUrl: string) {
    this.#publicUrl = publicUrl;
  }

  /** The token is known when it was made, and never again. */
  show(plugged: PluggedConnection, token = '<token>'): ShownConnection {
    const webhooks = webhooksOf(manifestOf(plugged.reference)).map((webhook) => ({
      name: webhook.name ?? '',
      url: this.#publicUrl + pathOf(plugged.connection.id, webhook, token),
      verify: webhook.verify,
      signature: signatureOf(webhook),
      description: webhook.description ?? '',
      needs: needOf(plugged, webhook) ?? null,
    }));
    return { ...connectionView(plugged), webhooks };
  }
}

const leftToManifest: ReadonlySet<string> = new Set(['hmac', 'shared-secret']);

function signatureOf({
  verify,
  signature = {},
  challenge = {},
}: ManifestWebhook): WebhookSignature | null {
  if (!leftToManifest.has(verify)) return null;
  const { header = null, algorithm = 'sha256', encoding = 'hex', prefix = '' } = signature;
  const { timestampHeader: timestamp_header = null } = signature;
  const { token: query = null } = challenge;
  return { header, algorithm, encoding, prefix, timestamp_header, query };
}

function pathOf(connectionId: string, { name, verify }: ManifestWebhook, token: string): string {
  const place = verify === 'none' ? `${connectionId}~${token}` : connectionId;
  return `/webhooks/${place}${name === undefined ? '' : `/${name}`}`;
}

function needOf(
  { connection, plugin }: PluggedConnection,
  { verify, secret }: ManifestWebhook,
): Reason | undefined {
  if (!plugin.approved.includes('network:inbound')) return notApproved;
  if (verify === 'none')
    return connection.webhookTokenHash === undefined ? noToken(connection.id) : undefined;
  if (secret === undefined || connection.configFields.includes(secret)) return undefined;
  return {
    code: 'webhook.secret_missing',
    message: `the config field "${secret}" is missing, with which what comes in is verified; give it`,
  };
}

const notApproved = {
  code: 'webhook.not_approved',
  message: 'the permission "network:inbound" is not approved; approve it',
};

function noToken(connectionId: string): Reason {
  return {
    code: 'webhook.token_missing',
    message: `its address has no token yet; make one with POST /admin/v1/connections/${connectionId}/webhook-token`,
  };
}
