import type { HttpManifest, JobStatus, Webhook } from '../http-manifest.ts';
import { holdsOfForm } from '../response/conditions.ts';
import { extract, extractText } from '../response/extract.ts';
import { parsePath, valuesAt } from '../response/json-path.ts';
import { mapStatus } from '../response/map-status.ts';
import { maskText } from '../response/mask-text.ts';
import type { ProviderAnswer } from '../response/provider-answer.ts';
import type { RunContext } from './run-context.ts';
import { mapEntity, type Item } from './streams/map-entity.ts';
import { keepFiles } from './keep-files.ts';

/** Takes what a webhook has brought: tells of jobs, messages and faxes, and returns entities. */
export function webhookHandler(
  manifest: HttpManifest,
): (payload: unknown, context: RunContext) => Promise<readonly Item[]> {
  return async (payload, context) => {
    const [name, webhook] = webhookOf(manifest, context.webhook?.name ?? '');
    const headers = context.webhook?.headers ?? {};
    const items: Item[] = [];
    for (const body of eventsOf(webhook, payload)) {
      const event = { manifest, webhook, context, answer: { status: 200, headers, body } };
      if (isReceived(event)) await tellReceived(event);
      else await tellStatus(event);
      if (webhook.map !== undefined)
        items.push(mapEntity(webhook.map, body, { webhook: name, record: body }));
    }
    return items;
  };
}

interface WebhookEvent {
  readonly manifest: HttpManifest;
  readonly webhook: Webhook;
  readonly context: RunContext;
  readonly answer: ProviderAnswer;
}

/** A bare address stands for the only one. */
function webhookOf({ id, webhooks = {} }: HttpManifest, name: string): readonly [string, Webhook] {
  const entries = Object.entries(webhooks);
  const found = name === '' ? entries[0] : entries.find(([each]) => each === name);
  if (found !== undefined) return found;
  throw new Error(`the manifest of ${id} declares no webhook "${name}"`);
}

function eventsOf({ split }: Webhook, payload: unknown): readonly unknown[] {
  return split === undefined ? [payload] : valuesAt(parsePath(split), payload);
}

async function tellStatus({ manifest, webhook, context, answer }: WebhookEvent): Promise<void> {
  const word = extractText(webhook.status, answer);
  const externalId = extractText(webhook.correlate?.provider_job_id, answer);
  if (word === undefined || externalId === undefined) return;
  const mapped = mapStatus(webhook.status_map, word);
  const status = isFax(manifest) ? mapped : messageStatus(mapped);
  if (status === undefined) return;
  const error = extractText(webhook.error, answer);
  const isFailed = mapped === 'failed' || mapped === 'cancelled';
  await context.emitEvent('communication.StatusReported', {
    externalId,
    status,
    providerStatus: maskText(word).slice(0, 128),
    ...(isFailed && error !== undefined ? { errorMessage: maskText(error) } : {}),
    ...(isFailed ? { errorCode: 'provider.failed' } : {}),
  });
}

/** Messages have fewer states; undefined for what says nothing new of one. */
function messageStatus(status: JobStatus): 'sent' | 'delivered' | 'failed' | undefined {
  switch (status) {
    case 'unknown':
      return undefined;
    case 'succeeded':
      return 'delivered';
    case 'failed':
    case 'cancelled':
      return 'failed';
    default:
      return 'sent';
  }
}

/** Whether it is a message or a fax that came in; without a condition, all that has an id is one. */
function isReceived({ webhook, answer }: WebhookEvent): boolean {
  const { message } = webhook;
  if (message === undefined) return false;
  if (message.when !== undefined && !holdsOfForm(message.when, answer.body)) return false;
  return extractText(message.external_id, answer) !== undefined;
}

/** Files are kept for what came in alone: nothing else refers to them. */
async function tellReceived(event: WebhookEvent): Promise<void> {
  const { manifest, webhook, context, answer } = event;
  const { message, files: sources = [] } = webhook;
  const externalId = extractText(message?.external_id, answer);
  if (message === undefined || externalId === undefined) return;
  const files = await keepFiles(sources, answer, context);
  const receivedAt = timeText(extract(message.received_at, answer)) ?? context.webhook?.receivedAt;
  const told = { externalId, from: extractText(message.from, answer), receivedAt };
  const to = extractText(message.to, answer);
  if (isFax(manifest))
    await context.emitEvent('communication.FaxReceived', {
      ...told,
      channelType: 'fax',
      to,
      file: files[0],
    });
  else
    await context.emitEvent('communication.MessageReceived', {
      ...told,
      channelType: 'chat',
      to: to === undefined ? [] : [to],
      body: extractText(message.body, answer) ?? '',
      attachments: files,
    });
}

/** RFC 3339; sources write seconds or milliseconds as well. */
function timeText(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const number = Number(value);
  const ms = Number.isFinite(number)
    ? number < 1e11
      ? number * 1000
      : number
    : Date.parse(String(value));
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** What it sends and receives are faxes. */
export function isFax({ capabilities, actions = {} }: HttpManifest): boolean {
  return 'send_fax' in actions || capabilities.some((name) => name.endsWith('_fax'));
}
