const maxBodyLength = 8192;

/** A response other than 2xx. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly headers: Record<string, string>;
  /** From `Retry-After`, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** The body's beginning, at most 8 KiB. */
  readonly body: string;

  constructor(response: {
    status: number;
    headers: Record<string, string>;
    retryAfterMs?: number | undefined;
    body: string;
  }) {
    super(`HTTP ${String(response.status)}`);
    this.status = response.status;
    this.headers = response.headers;
    this.retryAfterMs = response.retryAfterMs;
    this.body = response.body.slice(0, maxBodyLength);
  }

  // The platform's errors are made outside the plugin's bundle, by another copy of this class.
  static override [Symbol.hasInstance](value: unknown): value is HttpError {
    return (
      value instanceof Error &&
      value.name === 'HttpError' &&
      typeof Reflect.get(value, 'status') === 'number'
    );
  }
}
