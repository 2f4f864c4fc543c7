import { fieldOf, type Payload } from '@made-open/nest';
import type { Webhook } from '../connections/webhook.ts';
import type { WebhookAnswer, WebhookRequest } from './webhook-request.ts';

const maxEchoBytes = 4096;

/** What a provider asks to hear back before it sends anything, where nothing can prove it: text, never a page. */
export function openChallenge(
  { verify, challenge }: Webhook,
  { method, query }: WebhookRequest,
): WebhookAnswer | undefined {
  if (verify === 'microsoft-graph' && method === 'POST') return echo(query['validationToken']);
  if (method !== 'GET' || challenge?.token !== undefined || verify === 'none') return undefined;
  return echoed(challenge, query);
}

/** The same of a request that was proven. */
export function provenChallenge(
  { verify, challenge }: Webhook,
  { method, query }: WebhookRequest,
  payload: Payload,
): WebhookAnswer | undefined {
  if (method === 'GET') return echoed(challenge, query);
  const { field, when } = challenge ?? {};
  if (field !== undefined && when !== undefined)
    return fieldOf(payload, when.field) === when.equals ? echo(fieldOf(payload, field)) : undefined;
  if (verify !== 'slack' || fieldOf(payload, 'type') !== 'url_verification') return undefined;
  return echo(fieldOf(payload, 'challenge'));
}

function echoed(
  challenge: Webhook['challenge'],
  query: WebhookRequest['query'],
): WebhookAnswer | undefined {
  return challenge?.echo === undefined ? undefined : echo(query[challenge.echo]);
}

function echo(text: string | undefined): WebhookAnswer | undefined {
  if (text === undefined || Buffer.byteLength(text) > maxEchoBytes) return undefined;
  return { status: 200, contentType: 'text/plain; charset=utf-8', body: text };
}
