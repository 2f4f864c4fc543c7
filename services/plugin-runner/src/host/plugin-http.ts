import { EgressError, type Egress, type EgressResponse } from '@made-open/egress';

/** What the plugin asked for, as it came out of the sandbox. */
interface HttpArguments {
  readonly method?: unknown;
  readonly url?: unknown;
  readonly headers?: unknown;
  readonly body?: unknown;
  readonly whole?: unknown;
}

const concurrentCalls = 8;
const queuedCalls = 64;
const errorBodyLength = 8192;

/** `context.http` on the host's side: at most 8 calls at a time and 64 waiting; answers are JSON text. */
export class PluginHttp {
  readonly #egress: Egress;
  readonly #signal: AbortSignal;
  readonly #queue: (() => void)[] = [];
  #active = 0;
  calls = 0;

  constructor(egress: Egress, signal: AbortSignal) {
    this.#egress = egress;
    this.#signal = signal;
  }

  async call(args: HttpArguments): Promise<string> {
    await this.#enter();
    try {
      this.calls++;
      const response = await this.#egress.request(this.#request(args));
      return answerText(response, args.whole === true);
    } finally {
      this.#leave();
    }
  }

  #request({ method, url, headers, body }: HttpArguments): Parameters<Egress['request']>[0] {
    const given = typeof headers === 'object' && headers !== null ? { ...headers } : {};
    const isText = typeof body === 'string';
    const typed = Object.keys(given).some((name) => name.toLowerCase() === 'content-type');
    return {
      url,
      method: typeof method === 'string' ? method.toUpperCase() : 'GET',
      headers: {
        accept: 'application/json',
        ...(body === undefined || typed
          ? {}
          : { 'content-type': isText ? 'text/plain' : 'application/json' }),
        ...given,
      },
      body: body === undefined ? undefined : Buffer.from(isText ? body : JSON.stringify(body)),
      signal: this.#signal,
    };
  }

  async #enter(): Promise<void> {
    if (this.#active < concurrentCalls) {
      this.#active++;
      return;
    }
    if (this.#queue.length >= queuedCalls)
      throw new EgressError(
        'TOO_MANY_CALLS',
        `more than ${String(queuedCalls)} requests wait; await them one after the other`,
      );
    await new Promise<void>((resolve) => this.#queue.push(resolve));
  }

  #leave(): void {
    const next = this.#queue.shift();
    if (next === undefined) this.#active--;
    else next();
  }
}

function answerText(response: EgressResponse, whole: boolean): string {
  const { status, headers } = response;
  const text = new TextDecoder().decode(response.body);
  if (whole)
    return `{"ok":true,"value":{"status":${String(status)},"headers":${JSON.stringify(headers)},"body":${bodyText(text, headers)}}}`;
  if (status >= 200 && status < 300) return `{"ok":true,"value":${bodyText(text, headers)}}`;
  const retryAfterMs = retryAfter(headers['retry-after']);
  return JSON.stringify({
    ok: false,
    code: 'http.status',
    message: `HTTP ${String(status)}`,
    http: {
      status,
      headers,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      body: text.slice(0, errorBodyLength),
    },
  });
}

/** JSON goes through as it came; other texts become a JSON string. */
function bodyText(text: string, headers: Readonly<Record<string, string>>): string {
  if (text === '') return 'null';
  if (!/\bjson\b/iu.test(headers['content-type'] ?? '')) return JSON.stringify(text);
  try {
    return JSON.stringify(JSON.parse(text));
  } catch (error) {
    throw new EgressError(
      'RESPONSE_NOT_JSON',
      'the response says it is JSON and cannot be read as such',
      'later',
      { cause: error },
    );
  }
}

/** `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), in milliseconds. */
function retryAfter(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const ms = /^\d+$/u.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(ms, 0) : undefined;
}
