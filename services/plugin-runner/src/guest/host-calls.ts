import { GuestError, HttpError } from './guest-error.ts';
import { callOptions, type HostReference } from './host-functions.ts';
import { parse, stringify } from './primordials.ts';

interface HttpHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly retryAfterMs?: number;
  readonly isJson: boolean;
  /** What the body was saved as. */
  readonly file?: unknown;
}

export interface HttpAnswer extends HttpHead {
  /** Text of the body; base64 when it was asked for as bytes. */
  readonly text: string;
}

interface Answer {
  readonly ok: boolean;
  readonly value?: unknown;
  readonly code?: string;
  readonly message?: string;
  readonly http?: HttpHead;
}

const maxCalls = 256;

/** Asks the host; what comes back is text that only this side parses. */
export class HostCalls {
  readonly #host: HostReference;
  /** Calls under way. */
  count = 0;

  constructor(host: HostReference) {
    this.#host = host;
  }

  async ask(method: string, args: unknown): Promise<unknown> {
    return (await this.#call(method, args)).answer.value;
  }

  async http(request: unknown): Promise<HttpAnswer> {
    const { answer, body } = await this.#call('http', request);
    if (answer.http === undefined)
      throw new GuestError('host.failed', 'the host gave no HTTP answer');
    return { ...answer.http, text: body };
  }

  async #call(method: string, args: unknown): Promise<{ answer: Answer; body: string }> {
    if (this.count >= maxCalls)
      throw new GuestError(
        'sandbox.too_many_calls',
        `more than ${maxCalls} calls are under way; await them before making more`,
      );
    const argsText = stringify(args) ?? 'null';
    this.count++;
    try {
      const { v, b = '' } = await this.#host.apply(undefined, [method, argsText], callOptions);
      // Text from the parent, whose shape both sides know.
      const answer: Answer = parse(v);
      if (!answer.ok)
        throw new GuestError(answer.code ?? 'host.failed', answer.message ?? 'the call failed');
      return { answer, body: b };
    } finally {
      this.count--;
    }
  }
}

/** Rejects what is no 2xx, as HttpError. */
export function succeeded(answer: HttpAnswer): HttpAnswer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw new HttpError({ ...answer, body: answer.text });
}

/** The body as the plugin gets it: JSON as its value, nothing as null, other text as it is, and so a long error, which is cut. */
export function bodyOf({ text, isJson, status }: HttpAnswer): unknown {
  if (text === '') return null;
  if (!isJson) return text;
  try {
    return parse(text);
  } catch {
    if (status < 200 || status >= 300) return text;
    throw new GuestError(
      'http.not_json',
      'the response says that it is JSON and cannot be read as such',
    );
  }
}
