import { HttpError, type HostContext, type HttpResponse } from '@made-open/plugin-sdk';

export const accountSid = `AC${'0123456789abcdef'.repeat(2)}`;
export const messageSid = `SM${'a1'.repeat(16)}`;
export const callSid = `CA${'b2'.repeat(16)}`;

export const received = '2026-11-22T06:00:00.000Z';

interface Sent {
  readonly url: string;
  readonly body: unknown;
  readonly headers: unknown;
}

/** What a plugin is given, with what it did. */
export class Connection {
  readonly config: Record<string, unknown> = { accountSid, authToken: 'token-of-the-account' };
  readonly events: { subject: string; payload: unknown }[] = [];
  readonly posts: Sent[] = [];
  readonly requests: Sent[] = [];
  readonly warnings: string[] = [];
  /** What Twilio answers to a post. */
  answer: unknown = { sid: messageSid, status: 'queued' };
  /** Answers to `request`, the last one again and again. */
  media: HttpResponse[] = [];

  get context(): HostContext {
    const never = (): never => {
      throw new Error('the plugin does not use this');
    };
    return {
      config: this.config,
      logger: {
        info: () => undefined,
        warn: (message) => void this.warnings.push(message),
        error: () => undefined,
      },
      emitEvent: (subject, payload) => {
        this.events.push({ subject, payload });
        return Promise.resolve();
      },
      data: { query: never, getById: never },
      http: {
        get: (url, headers) => this.#answered({ url, body: undefined, headers }),
        post: (url, body, headers) => this.#answered({ url, body, headers }),
        put: never,
        patch: never,
        delete: never,
        request: (request) => {
          this.requests.push({ url: request.url, body: request.saveAs, headers: request.headers });
          const [next, ...rest] = this.media;
          if (rest.length > 0) this.media = rest;
          return Promise.resolve(next ?? never());
        },
      },
      checkpoint: { get: never, save: never, reset: never },
      files: { save: never },
      crypto: { randomUUID: never, sha256: never, hmacSha256: never },
      webhook: { id: 'delivery', name: '', headers: {}, query: {}, receivedAt: received },
      signal: {
        aborted: false,
        reason: undefined,
        throwIfAborted: () => undefined,
        addEventListener: () => undefined,
        removeEventListener: () => undefined,
      },
    };
  }

  #answered(sent: Sent): Promise<unknown> {
    this.posts.push(sent);
    if (this.answer instanceof Error) return Promise.reject(this.answer);
    return Promise.resolve(this.answer);
  }
}

/** As Twilio refuses. */
export function refused(status: number, code: number, message: string): HttpError {
  return new HttpError({
    status,
    headers: {},
    body: JSON.stringify({
      code,
      message,
      more_info: `https://www.twilio.com/docs/errors/${String(code)}`,
      status,
    }),
  });
}

/** The fields of a form as it was sent. */
export function formOf(sent: Sent | undefined): [string, string][] {
  return [...new URLSearchParams(String(sent?.body))];
}
