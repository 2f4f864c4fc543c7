import type { Field, HttpManifest, RequestTemplate, Stream } from '../../http-manifest.ts';
import type { AddedField } from '../../render/render-body.ts';
import { renderRequest } from '../../render/render-request.ts';
import type { RenderedRequest } from '../../render/rendered-request.ts';
import { parsePath, valuesAt } from '../../response/json-path.ts';
import type { ProviderAnswer } from '../../response/provider-answer.ts';
import type { Scope } from '../../template/render-template.ts';
import { askRendered } from '../ask-provider.ts';
import type { RunContext } from '../run-context.ts';
import { StreamError } from '../run-errors.ts';
import { sinceParameter } from './incremental.ts';
import { nextPosition, pageParameters, type PagePosition } from './page-position.ts';
import type { StreamState } from './stream-state.ts';

export interface StreamRun {
  readonly name: string;
  readonly stream: Stream;
  readonly manifest: HttpManifest;
  readonly context: Pick<RunContext, 'http'>;
  readonly scope: Scope;
}

export interface Page {
  readonly answer: ProviderAnswer;
  readonly records: readonly unknown[];
  /** Undefined behind the last one. */
  readonly next: PagePosition | undefined;
}

/** A run waits this long for one more attempt; longer it is parked. */
const longestWaitMs = 20_000;
const usualRetry = { max_attempts: 3 };

export async function fetchPage(run: StreamRun, state: StreamState): Promise<Page> {
  const { stream, manifest } = run;
  const request = pageRequest(run, state);
  const answer = await askRendered(
    request,
    { map: undefined, timeoutMs: stream.request.timeout_ms },
    { ...run, retry: stream.retry ?? manifest.retry ?? usualRetry, longestWaitMs },
  );
  const records = recordsOf(stream, answer.body);
  const facts = { answer, records: records.length, url: request.url, position: state.position };
  return { answer, records, next: nextPosition(stream, facts) };
}

/** A selector may name a list, or its entries. */
function recordsOf({ record_selector: { path } }: Stream, body: unknown): readonly unknown[] {
  const found = valuesAt(parsePath(path), body);
  const [first] = found;
  return found.length === 1 && Array.isArray(first) && !path.endsWith('[*]') ? first : found;
}

function pageRequest({ name, stream, ...run }: StreamRun, state: StreamState): RenderedRequest {
  const { request } = stream;
  const added = [
    ...pageParameters(stream, state.position),
    ...sinceParameter(stream.incremental, state),
  ];
  const first = rendered(request, run, added);
  if (state.position === undefined || !('url' in state.position)) return first;
  const next = URL.parse(state.position.url);
  if (next === null || next.origin !== new URL(first.url).origin)
    throw new StreamError(
      'next_page_elsewhere',
      name,
      'the next page is said to be at another host than this one, where nothing is asked',
    );
  return { ...first, url: next.href };
}

/** In the query, or in the body of what is asked for by POST. */
function rendered(
  request: RequestTemplate,
  run: Omit<StreamRun, 'name' | 'stream'>,
  added: readonly (readonly [string, string | number])[],
): RenderedRequest {
  const isInBody = request.body?.kind === 'json' || request.body?.kind === 'form';
  if (isInBody) {
    const fields: readonly AddedField[] = added.map(([path, value]) => ({ path, value }));
    return renderRequest(request, { ...run, fields });
  }
  const names = new Set(added.map(([name]) => name));
  const query: readonly Field[] = (request.query ?? []).filter(({ name }) => !names.has(name));
  const { url, ...rest } = renderRequest({ ...request, query }, run);
  return { ...rest, url: withQuery(url, added) };
}

function withQuery(text: string, added: readonly (readonly [string, string | number])[]): string {
  const url = new URL(text);
  for (const [name, value] of added) url.searchParams.set(name, String(value));
  return url.href;
}
