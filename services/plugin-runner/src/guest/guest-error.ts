import { cut, get, stringify } from './primordials.ts';

/** More than is kept in the end: the host takes secrets out before it cuts. */
const maxText = 16_384;

/** A fault of the plugin that the host names by a code. */
export class GuestError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** An HTTP answer other than 2xx; the SDK's HttpError has the same fields. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly code = 'http.status';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly retryAfterMs: number | undefined;
  readonly body: string;

  constructor(response: {
    status: number;
    headers: Readonly<Record<string, string>>;
    retryAfterMs?: number | undefined;
    body: string;
  }) {
    super(`HTTP ${response.status}`);
    this.status = response.status;
    this.headers = response.headers;
    this.retryAfterMs = response.retryAfterMs;
    this.body = response.body;
  }
}

/** What was thrown, as JSON text. It may be anything: a proxy, an object of traps, a string. */
export function describeError(error: unknown): string {
  const text = (name: string): string | undefined => {
    const value = read(error, name);
    return typeof value === 'string' ? cut(value, maxText) : undefined;
  };
  const number = (name: string): number | undefined => {
    const value = read(error, name);
    return typeof value === 'number' ? value : undefined;
  };
  return stringify({
    name: text('name'),
    code: text('code') ?? codeOf(text('name'), number('status')),
    message: text('message') ?? (typeof error === 'string' ? cut(error, maxText) : 'not an Error'),
    stack: text('stack'),
    status: number('status'),
    retryAfterMs: number('retryAfterMs'),
  });
}

/** The SDK's HttpError has no code: a plugin that throws its own for an answer of `request` means the same. */
function codeOf(name: string | undefined, status: number | undefined): string {
  return name === 'HttpError' && status !== undefined ? 'http.status' : 'plugin.error';
}

function read(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  try {
    return get(value, name);
  } catch {
    return undefined;
  }
}
