import type { EntityType } from '@made-open/contracts';
import type { Pool } from 'pg';
import { SearchQueryError } from '../errors.ts';
import {
  SearchIndex,
  type IndexChange,
  type SearchPage,
  type SearchQuery,
} from './search-index.ts';

const maxTotal = 10_000;
const maxTerms = 16;
const typoSimilarity = 0.3;
const marks = 'StartSel=\uE000, StopSel=\uE001, MaxFragments=1, MaxWords=24, MinWords=8';

interface HitRow {
  entity_id: string;
  type: EntityType;
  connection_id: string;
  title: string;
  snippet: string;
  score: number;
}

/** Full text of PostgreSQL: accents do not matter, the last word may be a beginning, a title found by likeness when nothing else is. */
export class PostgresIndex extends SearchIndex {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    super();
    this.#pool = pool;
  }

  /** One statement for a whole batch; a document that stays the same is not written. */
  override async apply(changes: readonly IndexChange[]): Promise<void> {
    const newest = new Map<string, IndexChange>();
    for (const change of changes)
      if ((newest.get(change.entityId)?.version ?? 0) < change.version)
        newest.set(change.entityId, change);
    const rows = [...newest.values()].toSorted((a, b) => (a.entityId < b.entityId ? -1 : 1)); // one order of locks
    if (rows.length === 0) return;
    await this.#pool.query({
      name: 'apply',
      text: applyText,
      values: [
        rows.map((row) => row.entityId),
        rows.map((row) => row.version),
        rows.map((row) => row.document === undefined),
        rows.map((row) => row.spaceId),
        rows.map((row) => row.type),
        rows.map((row) => row.connectionId),
        rows.map((row) => row.document?.title ?? ''),
        rows.map((row) => row.document?.body ?? ''),
      ],
    });
  }

  override async search(query: SearchQuery): Promise<SearchPage> {
    const terms = query.query.normalize('NFKC').match(/[\p{L}\p{N}]+/gu) ?? [];
    if (terms.length === 0)
      throw new SearchQueryError('a search needs at least one letter or digit');
    const words = terms.slice(0, maxTerms);
    const tsquery = words
      .map((word, index) => (index === words.length - 1 ? `${word}:*` : word))
      .join(' & ');
    const exact = await this.#page(query, { tsquery, likeness: '' });
    return exact.total > 0 || query.cursor !== ''
      ? exact
      : this.#page(query, { tsquery: '', likeness: words.join(' ') });
  }

  async #page(
    query: SearchQuery,
    { tsquery, likeness }: { tsquery: string; likeness: string },
  ): Promise<SearchPage> {
    const offset = readCursor(query.cursor);
    const values = [
      query.spaceId,
      query.types,
      query.connectionId,
      tsquery,
      likeness,
      query.limit + 1,
      offset,
    ];
    const { matches, score } = likeness === '' ? byWords : byLikeness;
    const filter = `d.space_id = $1 and (cardinality($2::int[]) = 0 or d.type = any($2)) and ($3 = '' or d.connection_id = $3) and ${matches}`;
    const { rows } = await this.#pool.query<HitRow>(
      `select h.entity_id, h.type, h.connection_id, h.title, h.score::float8 as score,
         ts_headline('simple', public.unaccent(concat_ws(' · ', h.title, nullif(h.body, ''))), to_tsquery('simple', public.unaccent($4)), '${marks}') as snippet
       from (select d.*, ${score} as score from search_document d where ${filter} and $5::text is not null order by score desc, d.entity_id limit $6 offset $7) h
       order by h.score desc, h.entity_id`,
      values,
    );
    const total = await this.#pool.query<{ total: string }>(
      `select count(*) as total from (select 1 from search_document d where ${filter} and $4::text is not null and $5::text is not null limit ${String(maxTotal)}) t`,
      values.slice(0, 5),
    );
    const page = rows.slice(0, query.limit);
    return {
      hits: page.map((row) => ({
        entityId: row.entity_id,
        type: row.type,
        connectionId: row.connection_id,
        title: row.title,
        snippet: row.snippet,
        score: row.score,
      })),
      nextCursor:
        rows.length > query.limit
          ? Buffer.from(String(offset + query.limit)).toString('base64url')
          : '',
      total: Number(total.rows[0]?.total ?? 0),
    };
  }
}

const byWords = {
  matches: "d.fts @@ to_tsquery('simple', public.unaccent($4))",
  score: "ts_rank(d.fts, to_tsquery('simple', public.unaccent($4)))",
};
const byLikeness = {
  matches: `public.word_similarity($5, d.title) > ${String(typoSimilarity)}`,
  score: 'public.word_similarity($5, d.title)',
};

const applyText = `with given as (
    select * from unnest($1::uuid[], $2::int[], $3::boolean[], $4::text[], $5::int[], $6::text[], $7::text[], $8::text[])
      as g (entity_id, version, deleted, space_id, type, connection_id, title, body)
  ), taken as (
    insert into indexed (entity_id, version, deleted) select entity_id, version, deleted from given
    on conflict (entity_id) do update set version = excluded.version, deleted = excluded.deleted where indexed.version < excluded.version
    returning entity_id
  ), gone as (
    delete from search_document d using given g, taken t where g.deleted and d.entity_id = g.entity_id and t.entity_id = g.entity_id
  )
  insert into search_document (entity_id, space_id, type, connection_id, title, body, fts)
  select g.entity_id, g.space_id, g.type, g.connection_id, g.title, g.body,
    setweight(to_tsvector('simple', public.unaccent(g.title)), 'A') || setweight(to_tsvector('simple', public.unaccent(left(g.body, 100000))), 'C')
  from given g join taken t on t.entity_id = g.entity_id where not g.deleted
  on conflict (entity_id) do update set title = excluded.title, body = excluded.body, fts = excluded.fts
    where (search_document.title, search_document.body) is distinct from (excluded.title, excluded.body)`;

function readCursor(cursor: string): number {
  if (cursor === '') return 0;
  const offset = Number(Buffer.from(cursor, 'base64url').toString());
  if (!Number.isSafeInteger(offset) || offset < 0 || offset > maxTotal)
    throw new SearchQueryError('the cursor is not one that a page gave');
  return offset;
}
