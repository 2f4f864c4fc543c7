import type { GivenAnswer, RunContext, WantedRequest } from '../src/run/run-context.ts';

/** What the fake provider does: an answer, or an error of the platform. */
export type Provider = (request: WantedRequest) => Partial<GivenAnswer> | Error;

export interface FakeContext extends RunContext {
  readonly requests: WantedRequest[];
  readonly events: { readonly subject: string; readonly payload: unknown }[];
  readonly saved: unknown[];
  readonly files: RunContext['files'] & { readonly kept: { readonly body: string | Uint8Array }[] };
}

export interface FakeParts {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly state?: unknown;
  readonly webhook?: RunContext['webhook'];
}

/** The platform around a plugin, with a provider that answers at once. */
export function fakeContext(provider: Provider, parts: FakeParts = {}): FakeContext {
  const requests: WantedRequest[] = [];
  const events: FakeContext['events'] = [];
  const saved: unknown[] = [];
  const kept: { readonly body: string | Uint8Array }[] = [];
  let state: unknown = parts.state ?? null;
  return {
    config: parts.config ?? {},
    logger: { info: () => undefined, warn: () => undefined },
    http: {
      request: async (request) => {
        requests.push(request);
        const answer = provider(request);
        if (answer instanceof Error) throw answer;
        return { status: 200, headers: {}, body: null, ...answer };
      },
    },
    checkpoint: {
      get: async () => structuredClone(state),
      save: async (next) => {
        state = structuredClone(next);
        saved.push(structuredClone(next));
      },
      reset: async () => {
        state = null;
      },
    },
    files: {
      kept,
      save: async (file) => {
        kept.push(file);
        const size = typeof file.body === 'string' ? file.body.length : file.body.byteLength;
        return {
          file_id: `kept${String(kept.length)}`,
          name: file.name,
          mime_type: file.contentType,
          size_bytes: size,
        };
      },
    },
    emitEvent: async (subject, payload) => {
      events.push({ subject, payload });
    },
    ...(parts.webhook === undefined ? {} : { webhook: parts.webhook }),
    requests,
    events,
    saved,
  };
}
