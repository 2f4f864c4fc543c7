import type {
  EnqueuedTask,
  EnqueuedTaskPromise,
  Meilisearch,
  MultiSearchParams,
  MultiSearchQuery,
} from 'meilisearch';
import type { Pool } from 'pg';
import { SearchQueryError } from '../errors.ts';
import { readOffset, writeOffset } from '../search/page-cursor.ts';
import { numberTerms } from '../search/numbers.ts';
import { readTerms, type QueryTerms } from '../search/query-terms.ts';
import {
  newestChanges,
  SearchIndex,
  type IndexChange,
  type SearchPage,
  type SearchQuery,
} from '../search/search-index.ts';
import { beginApply, IndexedVersions } from '../versions/indexed-versions.ts';
import { inTransaction } from '../versions/in-transaction.ts';
import { documentBatches, engineDocuments, type EngineDocument } from './engine-document.ts';
import { checkTask, engineFault, isAnswered } from './engine-fault.ts';
import { indexSettings } from './index-settings.ts';
import { facetCountsOf, hitsOf, totalOf, type Answer } from './read-answer.ts';
import { facetRequests, pageRequest } from './search-request.ts';

/** A large batch, or a new setting on many documents, takes its time; who waits longer asks again. */
const wait = { timeout: 120_000, interval: 25 };

/** Meilisearch, which has no conditional write: versions are guarded in the service's own schema. */
export class MeilisearchSearchIndex extends SearchIndex {
  readonly #client: Meilisearch;
  readonly #uid: string;
  readonly #pool: Pool;
  readonly #versions: IndexedVersions;

  constructor(
    engine: { readonly client: Meilisearch; readonly indexPrefix: string },
    pool: Pool,
    generation: number,
  ) {
    super();
    this.#client = engine.client;
    this.#uid = `${engine.indexPrefix}-${String(generation)}`;
    this.#pool = pool;
    this.#versions = new IndexedVersions(generation);
  }

  override async create(): Promise<void> {
    await inTransaction(this.#pool, 'begin', (client) => this.#versions.create(client));
    await this.#done(
      this.#client.createIndex(this.#uid, { primaryKey: 'id' }),
      'index_already_exists',
    );
    await this.#done(this.#client.index(this.#uid).updateSettings(indexSettings));
  }

  /** The versions first: who still writes waits for them, or fails, and cannot make Meilisearch create the index again. */
  override async drop(): Promise<void> {
    await inTransaction(this.#pool, 'begin', (client) => this.#versions.drop(client));
    await this.#done(this.#client.deleteIndex(this.#uid), 'index_not_found');
  }

  /**
   * The rows of `indexed` stay locked until Meilisearch has done its part: who writes the same entity beside waits, and
   * whoever fails in between leaves the older version known, so that the change comes again.
   */
  override async apply(changes: readonly IndexChange[]): Promise<void> {
    if (changes.length === 0) return;
    const newest = newestChanges(changes);
    await inTransaction(this.#pool, beginApply, (client) => this.#versions.doubt(client, newest));
    await inTransaction(this.#pool, beginApply, async (client) => {
      const known = await this.#versions.takeNewer(client, newest);
      const due = newest.filter(({ entityId }) => known.has(entityId));
      const gone = due.filter(({ document }) => document === undefined);
      await this.#write(
        gone.map(({ entityId }) => entityId),
        engineDocuments(due),
      );
    });
  }

  override async search(query: SearchQuery): Promise<SearchPage> {
    const terms = readTerms(query.query);
    if (terms.phrases.length === 0)
      throw new SearchQueryError('a search needs at least one letter or digit');
    const found = await this.#page(query, terms);
    const number = found.total === 0 ? numberTerms(query.query, terms) : undefined;
    return number === undefined ? found : this.#page(query, number);
  }

  async #page(query: SearchQuery, terms: QueryTerms): Promise<SearchPage> {
    const offset = readOffset(query);
    const page = pageRequest(this.#uid, { query, terms, offset });
    const facets = facetRequests(this.#uid, query, terms);
    const [answer = {}, ...counts] = await this.#ask([
      page.query,
      ...facets.map(({ asked }) => asked),
    ]);
    const total = totalOf(answer);
    const next = offset + query.limit;
    return {
      total,
      hits: hitsOf(answer, terms).slice(page.skipped, page.skipped + query.limit),
      nextCursor: next < total ? writeOffset(query, next) : '',
      facetCounts: facets.flatMap(({ facet }, index) => facetCountsOf(counts[index] ?? {}, facet)),
    };
  }

  async #ask(queries: MultiSearchQuery[]): Promise<readonly Answer[]> {
    try {
      const { results } = await this.#client.multiSearch<MultiSearchParams>({ queries });
      return results;
    } catch (error) {
      throw engineFault(error);
    }
  }

  /** Different entities: their order does not matter, and Meilisearch may take the parts together. */
  async #write(gone: string[], documents: EngineDocument[]): Promise<void> {
    const index = this.#client.index<EngineDocument>(this.#uid);
    try {
      const tasks: EnqueuedTask[] = [];
      for (const batch of documentBatches(documents))
        tasks.push(await index.addDocuments(batch, { primaryKey: 'id' }));
      if (gone.length > 0) tasks.push(await index.deleteDocuments(gone));
      for (const task of tasks) checkTask(await this.#client.tasks.waitForTask(task, wait));
    } catch (error) {
      throw engineFault(error);
    }
  }

  async #done(task: EnqueuedTaskPromise, accepted?: string): Promise<void> {
    try {
      checkTask(await task.waitTask(wait), accepted);
    } catch (error) {
      if (!isAnswered(error, accepted)) throw engineFault(error);
    }
  }
}
