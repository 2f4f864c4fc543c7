import {
  HttpError,
  type ConnectorDataItem,
  type FileDescription,
  type FileHandle,
  type HostContext,
  type HttpRequest,
  type HttpResponse,
  type SubscriptionRequest,
  type WebhookSubscription,
} from '@made-open/plugin-sdk';
import { createHash } from 'node:crypto';
import { plugin } from '../src/index.ts';

type Answer = object | HttpError | ((path: string) => object);

export const root = 'https://graph.microsoft.com/v1.0';
export const failed = (
  status: number,
  code: string,
  headers: { retryAfterMs?: number } = {},
): HttpError =>
  new HttpError({
    status,
    headers: {},
    body: JSON.stringify({ error: { code, message: `it said ${code}` } }),
    ...headers,
  });

const sha256 = (value: string): string => createHash('sha256').update(value).digest('hex');

/** Microsoft Graph as a table of answers: what is not in it is an empty collection. */
export class Account {
  readonly answers = new Map<string, Answer[]>();
  readonly asked: string[] = [];
  readonly records: string[] = [];
  readonly items: ConnectorDataItem[] = [];
  readonly warnings: string[] = [];
  /** What was to be kept as a file. */
  readonly fetched: string[] = [];
  /** What was to be changed at Microsoft Graph. */
  readonly changes: { readonly call: string; readonly body: unknown }[] = [];
  config: Record<string, unknown> = { accessToken: 'token' };
  saved: unknown = null;
  isStopped = false;

  /** One answer after another; the last one for ever. */
  on(path: string, ...answers: Answer[]): void {
    this.answers.set(path, answers);
  }

  async sync(): Promise<void> {
    for await (const item of plugin.sync(this.#context())) {
      const { type, externalId, deleted } = item;
      this.items.push(item);
      this.records.push(`${deleted === true ? 'gone ' : ''}${type} ${externalId}`);
    }
  }

  async subscribe(request: SubscriptionRequest): Promise<WebhookSubscription | undefined> {
    return plugin.subscribe?.(request, this.#context());
  }

  async unsubscribe(subscription: WebhookSubscription): Promise<void> {
    await plugin.unsubscribe?.(subscription, this.#context());
  }

  async notify(payload: unknown): Promise<void | ConnectorDataItem[]> {
    return plugin.handleWebhook?.(payload, this.#context());
  }

  #context(): HostContext {
    const unused = (): never => {
      throw new Error('not used');
    };
    return {
      config: this.config,
      logger: {
        info: () => undefined,
        warn: (message) => void this.warnings.push(message),
        error: unused,
      },
      emitEvent: unused,
      data: { query: unused, getById: unused },
      files: { save: unused },
      crypto: { randomUUID: unused, sha256, hmacSha256: unused },
      http: {
        get: async (url, headers) => this.#get(url, headers ?? {}),
        post: unused,
        put: unused,
        patch: unused,
        delete: unused,
        request: async (request) => this.#request(request),
      },
      checkpoint: {
        get: async () => structuredClone(this.saved),
        save: async (state) => {
          this.saved = structuredClone(state);
          this.records.push('saved');
        },
        reset: async () => {
          this.saved = null;
          this.records.push('reset');
        },
      },
      signal: {
        aborted: this.isStopped,
        reason: undefined,
        throwIfAborted: unused,
        addEventListener: unused,
        removeEventListener: unused,
      },
    };
  }

  /** An answer of `{ content }` is kept; without one there is nothing. */
  #request({ method = 'GET', url, headers = {}, body, saveAs = {} }: HttpRequest): HttpResponse {
    expect(headers['Authorization']).toBe('Bearer token');
    const path = url.slice(root.length);
    if (method !== 'GET') return this.#change(`${method} ${path}`, body);
    this.fetched.push(path);
    const answer = this.#next(path) ?? failed(404, 'ErrorItemNotFound');
    if (answer instanceof HttpError) return refusal(answer);
    if (answer instanceof Error) throw answer;
    return { status: 200, headers: {}, body: null, file: fileOf(answer, saveAs) };
  }

  /** What nobody has an answer for is done. */
  #change(call: string, body: unknown): HttpResponse {
    this.changes.push({ call, body });
    const answer = this.#next(call) ?? {};
    if (answer instanceof HttpError) return refusal(answer);
    return { status: 200, headers: {}, body: answer };
  }

  #next(key: string): object | undefined {
    const answers = this.answers.get(key) ?? [];
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return typeof answer === 'function' ? answer(key) : answer;
  }

  #get(url: string, headers: Record<string, string>): unknown {
    expect(headers['Authorization']).toBe('Bearer token');
    const path = url.slice(root.length);
    this.asked.push(path);
    const key = path.replace(/\?\$(select|top)=.*$/u, '').replace(/\?startDateTime=.*$/u, '');
    const answers = this.answers.get(key) ?? [];
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    const given = typeof answer === 'function' ? answer(path) : answer;
    if (given instanceof Error) throw given;
    const empty = key.includes('/delta')
      ? { value: [], '@odata.deltaLink': `${root}${key}?$deltatoken=1` }
      : { value: [] };
    return structuredClone(given ?? empty);
  }
}

function refusal({ status, retryAfterMs, body }: HttpError): HttpResponse {
  const wait = retryAfterMs === undefined ? {} : { 'retry-after': String(retryAfterMs / 1000) };
  return { status, headers: wait, body: JSON.parse(body) as unknown };
}

function fileOf(
  answer: object,
  { name = 'file', contentType = 'image/png' }: FileDescription,
): FileHandle {
  const content = 'content' in answer ? String(answer.content) : '';
  return {
    file_id: sha256(content),
    name,
    mime_type: contentType,
    size_bytes: content.length,
  };
}
