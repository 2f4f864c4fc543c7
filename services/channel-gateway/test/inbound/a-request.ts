import type { WebhookRequest } from '../../src/webhooks/webhook-request.ts';

export function aRequest({
  body = '{}',
  ...of
}: Partial<Omit<WebhookRequest, 'body'>> & { body?: string } = {}): WebhookRequest {
  return {
    method: 'POST',
    path: '/webhooks/c1/events',
    connection: 'c1',
    name: 'events',
    query: {},
    headers: { 'content-type': 'application/json' },
    address: '192.0.2.1',
    ...of,
    body: Buffer.from(body),
  };
}
