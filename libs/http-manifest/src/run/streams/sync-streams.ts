import type { HttpManifest, Stream } from '../../http-manifest.ts';
import type { RunContext } from '../run-context.ts';
import { HttpError, StreamError } from '../run-errors.ts';
import { requireCredentials } from '../require-credentials.ts';
import { configScope } from '../scope-of.ts';
import { fetchPage, type Page, type StreamRun } from './fetch-page.ts';
import { newestOf, syncTokenOf } from './incremental.ts';
import { mapEntity, type Item } from './map-entity.ts';
import { readState, stateBehindRound, type StreamState, type SyncState } from './stream-state.ts';

const usualMaxPages = 10_000;

/** All streams in the order of the manifest; a checkpoint behind each page. */
export async function* syncStreams(
  manifest: HttpManifest,
  context: RunContext,
): AsyncGenerator<Item> {
  requireCredentials(manifest, context.config);
  const saved = readState(await context.checkpoint.get());
  try {
    yield* round(manifest, context, saved);
  } catch (error) {
    if (!isExpired(error, saved)) throw error;
    context.logger.warn('the source no longer knows the sync token: everything is asked for again');
    await context.checkpoint.reset();
    yield* round(manifest, context, { streams: {} });
  }
}

function isExpired(error: unknown, { streams }: SyncState): boolean {
  const hasToken = Object.values(streams).some(({ syncToken }) => syncToken !== undefined);
  return hasToken && error instanceof HttpError && error.status === 410;
}

async function* round(
  manifest: HttpManifest,
  context: RunContext,
  saved: SyncState,
): AsyncGenerator<Item> {
  let state = saved;
  const scope = configScope(manifest, context.config);
  for (const [name, stream] of Object.entries(manifest.streams ?? {})) {
    const before = state.streams[name] ?? {};
    if (before.isDone === true) continue;
    const run = { name, stream, manifest, context, scope };
    for await (const step of pagesOf(run, before)) {
      yield* step.items;
      state = { streams: { ...state.streams, [name]: step.state } };
      await context.checkpoint.save(state);
    }
  }
  await context.checkpoint.save(stateBehindRound(state) ?? null);
}

interface Step {
  readonly items: readonly Item[];
  /** Behind these items. */
  readonly state: StreamState;
}

/** A page at a time, each with the state that leads to the next one. */
async function* pagesOf(run: StreamRun, before: StreamState): AsyncGenerator<Step> {
  const guard = new LoopGuard(run);
  let state = before;
  for (let pages = 1; ; pages++) {
    const page = await fetchPage(run, state);
    guard.check(page);
    state = stateBehind(run.stream, state, page);
    const isCut = page.next !== undefined && pages >= (run.stream.max_pages ?? usualMaxPages);
    if (isCut) state = { ...state, isDone: true };
    yield { items: itemsOf(run, page), state };
    if (state.isDone === true) return;
  }
}

/** What is newest counts when all pages are seen: they may come in any order. */
function stateBehind(
  { incremental }: Stream,
  { since, newest, syncToken }: StreamState,
  { answer, records, next }: Page,
): StreamState {
  const seen = incremental === undefined ? undefined : newestOf(incremental, records, newest);
  if (next !== undefined) return { since, newest: seen, syncToken, position: next };
  return {
    since: seen === undefined ? since : newestOf({ cursor_field: '$' }, [seen], since),
    syncToken: syncTokenOf(incremental, answer.body) ?? syncToken,
    isDone: true,
  };
}

function itemsOf({ name, stream }: StreamRun, { records }: Page): readonly Item[] {
  return records.map((record) => mapEntity(stream.map, record, { stream: name, record }));
}

/** Sources that name a page again, or give the same one whatever they are asked for, would keep a run busy for ever. */
class LoopGuard {
  readonly #run: StreamRun;
  readonly #seen = new Set<string>();
  #last = '';

  constructor(run: StreamRun) {
    this.#run = run;
  }

  check({ records, next }: Page): void {
    if (next === undefined) return;
    const key = JSON.stringify(next);
    const page = 'number' in next && records.length > 0 ? JSON.stringify(records) : '';
    if (this.#seen.has(key) || (page !== '' && page === this.#last))
      throw new StreamError(
        'pagination_loop',
        this.#run.name,
        'the source leads to a page that was there before; nothing more is asked',
      );
    this.#seen.add(key);
    this.#last = page;
  }
}
