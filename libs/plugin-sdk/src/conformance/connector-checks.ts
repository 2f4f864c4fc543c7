import { createHash, createHmac, randomUUID } from 'node:crypto';
import { HttpError } from '../http-error.ts';
import type { ConnectorDataItem, ConnectorPlugin } from '../plugin-interfaces.ts';
import type { EntityPage, HostContext, HttpRequest, HttpResponse } from '../types.ts';
import { fileHandle } from './file-handle.ts';
import { CassettePlayer } from './cassette-player.ts';
import type { Cassette } from './cassette.ts';
import {
  checksOf,
  type ConformanceCheck,
  type PlayedRun,
  type PlayOptions,
} from './conformance-checks.ts';

export interface ConnectorUnderTest {
  readonly plugin: ConnectorPlugin;
  /** The parsed plugin.json. */
  readonly manifest: unknown;
  readonly cassette: Cassette;
  readonly config: Record<string, unknown>;
}

/** The checks of a connector, for Jest, Vitest or node:test; `made-open test` makes the same ones in the sandbox. */
export function connectorChecks(connector: ConnectorUnderTest): ConformanceCheck[] {
  const { plugin, manifest, cassette } = connector;
  return checksOf({
    manifest,
    cassette,
    play: (options) => playInProcess(connector, options),
    map: (raws) => Promise.resolve(raws.map((raw) => plugin.mapToUnifiedModel(raw))),
  });
}

async function playInProcess(
  { plugin, cassette, config }: ConnectorUnderTest,
  { checkpoint, fault }: PlayOptions,
): Promise<PlayedRun> {
  const player = new CassettePlayer(cassette, { fault, redact: redactorOf(config) });
  const items: ConnectorDataItem[] = [];
  const checkpoints: { state: unknown; after: number }[] = [];
  const context = contextOf(player, config, {
    get: () => Promise.resolve(copy(checkpoint ?? null)),
    save: (state) => {
      checkpoints.push({ state: copy(state), after: items.length });
      return Promise.resolve();
    },
    reset: () => Promise.resolve(),
  });
  try {
    for await (const item of plugin.sync(context)) items.push(item);
  } catch (error) {
    return { items, checkpoints, requests: player.requests, error: describe(error) };
  }
  return { items, checkpoints, requests: player.requests };
}

/** As `made-open record` takes them out: the values of a config, as they stand and in URLs. */
function redactorOf(config: Record<string, unknown>): (text: string) => string {
  const values = Object.values(config).filter(
    (value): value is string => typeof value === 'string' && value.length >= 6,
  );
  const forms = values.flatMap((value) => [value, encodeURIComponent(value)]);
  return (text) => forms.reduce((result, form) => result.replaceAll(form, '[secret]'), text);
}

function describe(error: unknown): { message: string; status?: number } {
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof HttpError ? { message, status: error.status } : { message };
}

const copy = (value: unknown): unknown => (value === undefined ? null : structuredClone(value));

function contextOf(
  player: CassettePlayer,
  config: Record<string, unknown>,
  checkpoint: HostContext['checkpoint'],
): HostContext {
  const send = (method: string, url: string, body?: unknown): Promise<unknown> =>
    request(player, { method, url, body }).then(bodyOf);
  return {
    config,
    checkpoint,
    logger: { info: nothing, warn: nothing, error: nothing },
    emitEvent: () => Promise.resolve(),
    data: {
      query: () => Promise.resolve(emptyPage()),
      getById: () => Promise.resolve(null),
    },
    http: {
      get: (url) => send('GET', url),
      post: (url, body) => send('POST', url, body),
      put: (url, body) => send('PUT', url, body),
      patch: (url, body) => send('PATCH', url, body),
      delete: (url) => send('DELETE', url),
      request: (wanted) => request(player, wanted),
    },
    files: { save: (file) => Promise.resolve(fileHandle(file.body, file)) },
    crypto: {
      randomUUID,
      sha256: (text) => createHash('sha256').update(text).digest('hex'),
      hmacSha256: (key, text) => createHmac('sha256', key).update(text).digest('hex'),
    },
    signal: new AbortController().signal,
  };
}

const nothing = (): void => undefined;

const emptyPage = (): EntityPage => Object.assign([], { nextCursor: undefined });

async function request(player: CassettePlayer, wanted: HttpRequest): Promise<HttpResponse> {
  const { method = 'GET', url, body, responseType, saveAs } = wanted;
  const played = await player.play({ method: method.toUpperCase(), url, body: textOf(body) });
  const { status, headers, body: text } = played;
  if (saveAs !== undefined && status >= 200 && status < 300)
    return { status, headers, body: null, file: fileHandle(text, { ...saveAs, url, headers }) };
  if (responseType === 'bytes') return { status, headers, body: new TextEncoder().encode(text) };
  const isJson = status < 300 && /json/u.test(headers['content-type'] ?? '');
  const parsed: unknown = text === '' ? null : isJson ? JSON.parse(text) : text;
  return { status, headers, body: parsed };
}

function bodyOf({ status, headers, body }: HttpResponse): unknown {
  if (status >= 200 && status < 300) return body;
  const seconds = Number(headers['retry-after']);
  throw new HttpError({
    status,
    headers,
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : undefined,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

function textOf(body: unknown): string | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string') return body;
  if (body instanceof URLSearchParams) return body.toString();
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : JSON.stringify(body);
}
