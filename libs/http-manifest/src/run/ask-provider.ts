import type { HttpManifest, RequestTemplate, ResponseMap, Retry } from '../http-manifest.ts';
import type { AddedField } from '../render/render-body.ts';
import { renderRequest } from '../render/render-request.ts';
import type { RenderedRequest } from '../render/rendered-request.ts';
import type { ProviderAnswer } from '../response/provider-answer.ts';
import { refusalOf } from '../response/map-response.ts';
import type { Scope } from '../template/render-template.ts';
import { pauseBehindAnswer, pauseBehindError, toldMs, type RetryFacts } from './decide-retry.ts';
import type { GivenAnswer, RunContext, WantedRequest } from './run-context.ts';
import { HttpError, ProviderRefusedError } from './run-errors.ts';

export interface Asking {
  readonly manifest: HttpManifest;
  readonly context: Pick<RunContext, 'http'>;
  readonly scope: Scope;
  readonly retry: Retry | undefined;
  /** How long it may sit and wait for one more attempt. */
  readonly longestWaitMs: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly fields?: readonly AddedField[];
  readonly hasIdempotencyKey?: boolean;
  readonly step?: string | undefined;
}

/** Sends what the template comes to until an answer is a success. Throws HttpError and ProviderRefusedError. */
export async function askProvider(
  template: RequestTemplate,
  map: ResponseMap | undefined,
  asking: Asking,
): Promise<ProviderAnswer> {
  const request = renderRequest(template, asking);
  return askRendered(request, { map, timeoutMs: template.timeout_ms }, asking);
}

export interface Expected {
  readonly map: ResponseMap | undefined;
  readonly timeoutMs?: number | undefined;
}

export async function askRendered(
  request: RenderedRequest,
  { map, timeoutMs }: Expected,
  asking: Asking,
): Promise<ProviderAnswer> {
  const wanted = wantedRequest(request, asking.manifest, timeoutMs);
  for (let attempts = 1; ; attempts++) {
    const facts = {
      method: request.method,
      hasIdempotencyKey: asking.hasIdempotencyKey === true,
      attempts,
    };
    const answer = await once(wanted, asking, facts);
    if (answer === undefined) continue;
    const refusal = refusalOf(map, answer);
    if (refusal === undefined) return answer;
    const pauseMs = pauseBehindAnswer(asking.retry, answer, facts);
    if (pauseMs === undefined || pauseMs > asking.longestWaitMs) {
      if (answer.status < 300) throw new ProviderRefusedError(refusal, asking.step);
      const told = toldMs(asking.retry, answer);
      throw new HttpError(refusal, { step: asking.step, retryAfterMs: told });
    }
    await wait(pauseMs);
  }
}

/** Undefined: no answer came, and it is to be asked again. */
async function once(
  wanted: WantedRequest,
  { context, retry, longestWaitMs }: Asking,
  facts: RetryFacts,
): Promise<ProviderAnswer | undefined> {
  try {
    return answerOf(await context.http.request(wanted));
  } catch (error) {
    const pauseMs = isPlatformRefusal(error) ? undefined : pauseBehindError(retry, facts);
    if (pauseMs === undefined || pauseMs > longestWaitMs) throw error;
    await wait(pauseMs);
    return undefined;
  }
}

/** Bodies that are JSON and do not say so are read all the same. */
function answerOf({ status, headers, body }: GivenAnswer): ProviderAnswer {
  const isText = typeof body === 'string' && /^\s*[{[]/u.test(body);
  return { status, headers, body: isText ? jsonOr(body) : body };
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What the platform does not let out it does not let out later either. */
function isPlatformRefusal(error: unknown): boolean {
  const code: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
  return (
    typeof code === 'string' &&
    /^(?:capability|sandbox|host|files)\.|^http\.(?!auth_unavailable)|refused|not_allowed/u.test(
      code,
    )
  );
}

function wantedRequest(
  request: RenderedRequest,
  { auth, timeout_ms: usual, limits = {} }: HttpManifest,
  timeoutMs: number | undefined,
): WantedRequest {
  return {
    ...request,
    ...(auth === undefined || auth.scheme === 'none' ? {} : { auth }),
    timeoutMs: timeoutMs ?? usual,
    maxRequestBytes: limits.max_request_bytes,
    maxResponseBytes: limits.max_response_bytes,
    maxRedirects: limits.max_redirects ?? 0,
  };
}

async function wait(ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, ms);
  });
}
