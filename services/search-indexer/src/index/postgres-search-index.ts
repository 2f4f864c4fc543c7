import type { EntityType } from '@made-open/contracts';
import type { Pool, PoolClient } from 'pg';
import { IndexUnavailableError } from '../errors.ts';
import { tsquery } from './query-terms.ts';
import { searchByWords, type Matches, type Wanted } from './search-by-words.ts';
import {
  maxMatches,
  newestChanges,
  SearchIndex,
  type IndexChange,
  type SearchPage,
  type SearchQuery,
} from './search-index.ts';
import { textVector } from './text-vector.ts';
import { wordsOf } from './words.ts';

interface MatchRow {
  readonly total: number;
  readonly entity_id: string | null;
  readonly type: EntityType;
  readonly connection_id: string;
  readonly title: string;
  readonly details: string;
  readonly body: string;
  readonly score: number;
}

/**
 * One writer at a time: a deletion that ran beside the creation of the same entity would not see its row.
 * The lock comes in a statement before, since a statement sees what was committed when it began.
 */
const beginApply = "begin; select pg_advisory_xact_lock(hashtext('search_document'), 0)";

/** The threshold is that of `%>`; only the operator can use the index. */
const beginSearch =
  "begin read only; set local statement_timeout = '3s'; set local pg_trgm.word_similarity_threshold = 0.4";

const applyStatement = {
  name: 'apply',
  text: `with given as (
    select * from unnest($1::uuid[], $2::int[], $3::boolean[], $4::text[], $5::smallint[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])
      as g (entity_id, version, deleted, space_id, type, connection_id, title, details, body, title_words, fts)
  ), taken as (
    insert into indexed (entity_id, version, deleted) select entity_id, version, deleted from given
    on conflict (entity_id) do update set version = excluded.version, deleted = excluded.deleted
      where indexed.version < excluded.version
    returning entity_id
  ), gone as (
    delete from search_document d using given g join taken using (entity_id) where g.deleted and d.entity_id = g.entity_id
  )
  insert into search_document (entity_id, space_id, type, connection_id, title, details, body, title_words, fts)
  select g.entity_id, g.space_id, g.type, g.connection_id, g.title, g.details, g.body, g.title_words, g.fts::tsvector
  from given g join taken using (entity_id) where not g.deleted
  on conflict (entity_id) do update set space_id = excluded.space_id, type = excluded.type, connection_id = excluded.connection_id,
    title = excluded.title, details = excluded.details, body = excluded.body, title_words = excluded.title_words, fts = excluded.fts
  where (search_document.space_id, search_document.type, search_document.connection_id, search_document.title, search_document.details, search_document.body)
    is distinct from (excluded.space_id, excluded.type, excluded.connection_id, excluded.title, excluded.details, excluded.body)`,
};

/** Parameters: space, types, connection, what is searched for, score and id of the page before, limit. */
function searchText(matches: string, score: string): string {
  return `with matched as materialized (
    select d.entity_id, ${score} as score from search_document d
    where d.space_id = $1 and (cardinality($2::smallint[]) = 0 or d.type = any($2)) and ($3 = '' or d.connection_id = $3) and ${matches}
    limit ${String(maxMatches)}
  ), page as (
    select * from matched m where $5::real is null or m.score < $5 or (m.score = $5 and m.entity_id > $6::uuid)
    order by m.score desc, m.entity_id limit $7
  )
  select t.total, p.entity_id, p.score, d.type, d.connection_id, d.title, d.details, d.body
  from (select count(*)::int as total from matched) t
    left join (page p join search_document d using (entity_id)) on true
  order by p.score desc, p.entity_id`;
}

const statements = {
  words: searchText('d.fts @@ $4::tsquery', 'ts_rank(d.fts, $4::tsquery, 1)'),
  likeness: searchText(
    'd.title_words operator(public.%>) $4',
    'public.word_similarity($4, d.title_words)',
  ),
};

/** Full text of PostgreSQL in the service's own schema; the extension pg_trgm lies in the schema public. */
export class PostgresSearchIndex extends SearchIndex {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    super();
    this.#pool = pool;
  }

  override async apply(changes: readonly IndexChange[]): Promise<void> {
    if (changes.length === 0) return;
    const values = applyValues(newestChanges(changes));
    await this.#transaction(beginApply, (client) => client.query({ ...applyStatement, values }));
  }

  override search(query: SearchQuery): Promise<SearchPage> {
    return searchByWords(query, (wanted) => this.#find(wanted));
  }

  override async clear(): Promise<void> {
    await this.#transaction(beginApply, (client) =>
      client.query('truncate indexed, search_document'),
    );
  }

  async #find({ query, terms, way, after, limit }: Wanted): Promise<Matches> {
    const text = way === 'words' ? tsquery(terms) : terms.phrases.flat().join(' ');
    const { spaceId, types, connectionId } = query;
    const behind = [after?.score ?? null, after?.entityId ?? null];
    const values = [spaceId, types, connectionId, text, ...behind, limit];
    const { rows } = await this.#transaction(beginSearch, (client) =>
      client.query<MatchRow>(statements[way], values),
    );
    return {
      total: rows[0]?.total ?? 0,
      found: rows.flatMap(({ entity_id: entityId, connection_id: connection, ...row }) =>
        entityId === null ? [] : [{ ...row, entityId, connectionId: connection }],
      ),
    };
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

function applyValues(changes: readonly IndexChange[]): unknown[] {
  const empty = { title: '', details: '', body: '' };
  const documents = changes.map(({ document }) => document ?? empty);
  return [
    changes.map(({ entityId }) => entityId),
    changes.map(({ version }) => version),
    changes.map(({ document }) => document === undefined),
    changes.map(({ spaceId }) => spaceId),
    changes.map(({ type }) => type),
    changes.map(({ connectionId }) => connectionId),
    documents.map(({ title }) => title),
    documents.map(({ details }) => details),
    documents.map(({ body }) => body),
    documents.map(({ title }) => wordsOf(title).join(' ')),
    documents.map(textVector),
  ];
}

/** Data exception, constraint, limit: it will not pass by waiting. */
function isDataFault(error: unknown): boolean {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' && /^(22|23|54)/u.test(code);
}
