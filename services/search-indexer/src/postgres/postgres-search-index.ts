import type { EntityType } from '@made-open/contracts';
import type { Pool } from 'pg';
import { applyChanges } from './apply-changes.ts';
import {
  searchByWords,
  type FoundDocument,
  type Matches,
  type Wanted,
} from '../search/search-by-words.ts';
import {
  SearchIndex,
  type FacetCount,
  type IndexChange,
  type SearchDocument,
  type SearchPage,
  type SearchQuery,
} from '../search/search-index.ts';
import type { QueryTerms } from '../search/query-terms.ts';
import { beginSearch, searchStatements, type SearchStatements } from './search-statements.ts';
import { inTransaction } from '../versions/in-transaction.ts';
import { beginApply, IndexedVersions } from '../versions/indexed-versions.ts';
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
  readonly #versions: IndexedVersions;
  readonly #statements: SearchStatements;

  constructor(pool: Pool, generation = 1) {
    super();
    this.#pool = pool;
    this.#versions = new IndexedVersions(generation);
    this.#statements = searchStatements(generation);
  }

  override async create(): Promise<void> {
    await inTransaction(this.#pool, 'begin', async (client) => {
      await this.#versions.create(client);
      for (const statement of this.#statements.create) await client.query(statement);
    });
  }

  override async drop(): Promise<void> {
    await inTransaction(this.#pool, 'begin', async (client) => {
      await this.#versions.drop(client);
      await client.query(this.#statements.drop);
    });
  }

  override async apply(changes: readonly IndexChange[]): Promise<void> {
    if (changes.length > 0)
      await inTransaction(this.#pool, beginApply, (client) =>
        applyChanges(client, changes, { versions: this.#versions, statements: this.#statements }),
      );
  }

  override search(query: SearchQuery): Promise<SearchPage> {
    return searchByWords(query, {
      byWords: (wanted) => this.#byWords(wanted),
      byBeginnings: (wanted, beginnings) => this.#byBeginnings(wanted, beginnings),
      facetsByWords: (terms) => this.#facetsByWords(query, terms),
    });
  }

  async #byWords({ query, terms, after, limit }: Wanted): Promise<Matches> {
    // A score comes from outside with the cursor; PostgreSQL refuses what is no `real`.
    const behind = [after === undefined ? null : Math.fround(after.score), after?.entityId ?? null];
    const whole = tsquery({ ...terms, endsOpen: false });
    const values = [...narrowed(query), tsquery(terms), whole, ...behind, limit];
    const { rows } = await inTransaction(this.#pool, beginSearch, (client) =>
      client.query<MatchRow>(this.#statements.byWords, values),
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
    const { rows } = await inTransaction(this.#pool, beginSearch, (client) =>
      client.query<DocumentRow>(this.#statements.byBeginnings, values),
    );
    return rows.map(documentOf);
  }

  async #facetsByWords(query: SearchQuery, terms: QueryTerms): Promise<FacetCount[]> {
    const { rows } = await inTransaction(this.#pool, beginSearch, (client) =>
      client.query<FacetCount>(this.#statements.facetsByWords, [
        ...narrowed(query),
        tsquery(terms),
      ]),
    );
    return rows;
  }
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
