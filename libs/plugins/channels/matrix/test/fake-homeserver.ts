import type { HostContext, HttpRequest, HttpResponse } from '@made-open/plugin-sdk';

type Answer = (request: HttpRequest & { readonly path: string }) => unknown;

/** What one account's homeserver answers, and what the plugin told the platform. */
export class FakeHomeserver {
  readonly requests: { readonly method: string; readonly path: string; readonly body: unknown }[] =
    [];
  /** `communication.MessageReceived` by body. */
  readonly told: string[] = [];
  checkpoint: unknown = null;
  readonly #answers: (readonly [RegExp, Answer])[] = [
    [/\/account\/whoami/u, () => ({ user_id: '@me:x' })],
  ];

  /** What was said last counts. */
  on(path: RegExp, answer: Answer): void {
    this.#answers.unshift([path, answer]);
  }

  context(config: Record<string, unknown> = {}): HostContext {
    const unused = (): never => {
      throw new Error('not used');
    };
    return {
      config: { accessToken: 'token', pollMinutes: 0, ...config },
      logger: { info: () => undefined, warn: () => undefined, error: unused },
      emitEvent: async (_subject, payload) => {
        this.told.push(String(Reflect.get(Object(payload), 'body')));
      },
      data: { query: unused, getById: unused },
      files: { save: unused },
      crypto: { randomUUID: () => 'uuid', sha256: unused, hmacSha256: unused },
      http: {
        get: unused,
        post: unused,
        put: unused,
        patch: unused,
        delete: unused,
        request: async (request) => this.#answer(request),
      },
      checkpoint: {
        get: async () => structuredClone(this.checkpoint),
        save: async (state) => {
          this.checkpoint = structuredClone(state);
        },
        reset: unused,
      },
      signal: {
        aborted: false,
        reason: undefined,
        throwIfAborted: unused,
        addEventListener: unused,
        removeEventListener: unused,
      },
    };
  }

  #answer(request: HttpRequest): HttpResponse {
    const path = request.url.replace(/^https:\/\/[^/]+/u, '');
    this.requests.push({ method: request.method ?? 'GET', path, body: request.body });
    const found = this.#answers.find(([pattern]) => pattern.test(path));
    const body = found?.[1]({ ...request, path });
    return body === undefined
      ? { status: 404, headers: {}, body: { errcode: 'M_NOT_FOUND', error: 'not there' } }
      : { status: 200, headers: {}, body };
  }
}
