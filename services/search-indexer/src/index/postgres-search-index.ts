import type { EntityType } from '@made-open/contracts';
import type { Pool, PoolClient } from 'pg';
import { IndexUnavailableError } from '../errors.ts';
import { applyChanges } from './apply-changes.ts';
import { searchByWords, type FoundDocument, type Matches, type Wanted } from './search-by-words.ts';
import {
  SearchIndex,
  type FacetCount,
  type IndexChange,
  type SearchDocument,
  type SearchPage,
  type SearchQuery,
} from './search-index.ts';
import type { QueryTerms } from './query-terms.ts';
import {
  beginApply,
  beginSearch,
  byBeginnings,
  byWords,
  facetsByWords,
} from './search-statements.ts';
import { beginningsQuery, tsquery } from './text-query.ts';

interface DocumentRow extends SearchDocument {
  readonly entity_id: string;
  readonly type: EntityType;
  readonly connection_id: string;
  readonly plugin_id: string;
}

interface MatchRow extends Omit<DocumentRow, 'entity_id'> {
  readonly total: number;
  /** Null in the one row of a page without matches. */
  readonly entity_id: string | null;
  readonly score: number;
}

/** Full text of PostgreSQL in the service's own schema. */
export class PostgresSearchIndex extends SearchIndex {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    super();
    this.#pool = pool;
  }

  override async apply(changes: readonly IndexChange[]): Promise<void> {
    if (changes.length > 0)
      await this.#transaction(beginApply, (client) => applyChanges(client, changes));
  }

  override search(query: SearchQuery): Promise<SearchPage> {
    return searchByWords(query, {
      byWords: (wanted) => this.#byWords(wanted),
      byBeginnings: (wanted, beginnings) => this.#byBeginnings(wanted, beginnings),
      facetsByWords: (terms) => this.#facetsByWords(query, terms),
    });
  }

  override async clear(): Promise<void> {
    await this.#transaction('begin', (client) => client.query('truncate indexed, search_document'));
  }

  async #byWords({ query, terms, after, limit }: Wanted): Promise<Matches> {
    // A score comes from outside with the cursor; PostgreSQL refuses what is no `real`.
    const behind = [after === undefined ? null : Math.fround(after.score), after?.entityId ?? null];
    const whole = tsquery({ ...terms, endsOpen: false });
    const values = [...narrowed(query), tsquery(terms), whole, ...behind, limit];
    const { rows } = await this.#transaction(beginSearch, (client) =>
      client.query<MatchRow>(byWords, values),
    );
    return {
      total: rows[0]?.total ?? 0,
      found: rows.flatMap(({ entity_id, ...row }) =>
        entity_id === null ? [] : [{ ...documentOf({ ...row, entity_id }), score: row.score }],
      ),
    };
  }

  async #byBeginnings(query: SearchQuery, beginnings: readonly string[]): Promise<FoundDocument[]> {
    const values = [...narrowed(query), beginningsQuery(beginnings)];
    const { rows } = await this.#transaction(beginSearch, (client) =>
      client.query<DocumentRow>(byBeginnings, values),
    );
    return rows.map(documentOf);
  }

  async #facetsByWords(query: SearchQuery, terms: QueryTerms): Promise<FacetCount[]> {
    const { rows } = await this.#transaction(beginSearch, (client) =>
      client.query<FacetCount>(facetsByWords, [...narrowed(query), tsquery(terms)]),
    );
    return rows;
  }

  async #transaction<T>(begin: string, work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw new IndexUnavailableError(error);
    });
    client.on('error', ignore);
    try {
      await client.query(begin);
      const result = await work(client);
      await client.query('commit');
      client.off('error', ignore);
      client.release();
      return result;
    } catch (error) {
      // Who cannot even roll back is broken and leaves the pool, with its listener.
      await client.query('rollback').then(
        () => client.off('error', ignore).release(),
        () => client.release(true),
      );
      throw isDataFault(error) ? error : new IndexUnavailableError(error);
    }
  }
}

/** The query under way tells of a broken connection, too; without a listener the event would end the process. */
function ignore(): void {
  // nothing to do
}

/** The first parameters of every search. */
function narrowed({ spaceId, types, connectionId, pluginId }: SearchQuery): unknown[] {
  return [spaceId, types, connectionId, pluginId];
}

function documentOf({ entity_id, connection_id, plugin_id, ...row }: DocumentRow): FoundDocument {
  const { type, title, details, body } = row;
  const origin = { connectionId: connection_id, pluginId: plugin_id };
  return { entityId: entity_id, ...origin, type, title, details, body };
}

/** Data exception, constraint, limit: it will not pass by waiting. */
function isDataFault(error: unknown): boolean {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' && /^(22|23|54)/u.test(code);
}
