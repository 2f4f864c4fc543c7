import { seal } from '@made-open/bus';
import { createHmac } from 'node:crypto';
import type { WebhookDeclaration, WebhookRequest } from '../src/webhooks/webhook-request.ts';
import { anOwner } from './builders.ts';

export const now = 1_800_000_000;
export const url = 'https://api.example.com/webhooks/c1';

/** A request to a webhook; by itself nothing proves where it comes from. */
export function aRequest(of: Partial<WebhookRequest> = {}): WebhookRequest {
  return { method: 'POST', url, headers: {}, body: Buffer.from('{"id":"1"}'), now, ...of };
}

/** One whose body has the signature of an `hmac` webhook in `x-signature`. */
export function aSignedRequest(secret: string, body = '{"id":"1"}'): WebhookRequest {
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return aRequest({ body: Buffer.from(body), headers: { 'x-signature': signature } });
}

export const hmacWebhook = {
  verify: 'hmac',
  secret: 'webhookSecret',
  signature: { header: 'X-Signature' },
};

/** As the gateway seals a request for the wallet. */
export async function sealedRequest(
  walletKey: Uint8Array,
  webhook: WebhookDeclaration & { readonly secret?: string },
  request: WebhookRequest,
  change: Parameters<typeof anOwner>[0] = {},
) {
  const { spaceId, connectionId, pluginId } = anOwner(change);
  const info = ['madeopen-webhook-verify-v1', spaceId, connectionId, pluginId];
  const text = JSON.stringify({ webhook, ...request, body: request.body.toString('base64') });
  return { spaceId, connectionId, pluginId, request: await seal(walletKey, info, text) };
}
