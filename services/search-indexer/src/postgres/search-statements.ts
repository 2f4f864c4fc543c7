import { SearchFacet } from '@made-open/contracts';
import { suffixOf } from '../versions/suffix-of.ts';
import { maxCandidates, maxFacetValues, maxMatches } from '../search/search-index.ts';

/** One process for each search, so that the order of equal matches does not change from page to page. */
export const beginSearch =
  "begin read only; set local statement_timeout = '3s'; set local max_parallel_workers_per_gather = 0";

const columns = 'entity_id, space_id, type, connection_id, plugin_id, title, details, body, fts';

export interface SearchStatements {
  readonly create: readonly string[];
  readonly drop: string;
  readonly copyDocuments: string;
  readonly replaceDocuments: { readonly name: string; readonly text: string };
  readonly byWords: string;
  readonly byBeginnings: string;
  readonly facetsByWords: string;
}

/** The statements on the documents of one generation. */
export function searchStatements(generation: number): SearchStatements {
  const suffix = suffixOf(generation);
  const table = `search_document${suffix}`;
  return {
    create: createStatements(table),
    drop: `drop table if exists ${table}`,
    copyDocuments: copyDocuments(table),
    replaceDocuments: { name: `replace-documents${suffix}`, text: replaceDocuments(table) },
    byWords: byWords(table),
    byBeginnings: byBeginnings(table),
    facetsByWords: facetsByWords(table),
  };
}

function createStatements(table: string): string[] {
  return [
    `create table if not exists ${table} (
      entity_id uuid primary key,
      space_id text not null,
      type smallint not null,
      connection_id text not null,
      plugin_id text not null default '',
      title text not null,
      details text not null,
      body text not null,
      fts tsvector not null
    )`,
    `create index if not exists ${table}_fts on ${table} using gin (fts) with (fastupdate = on)`,
  ];
}

/** All new documents of a batch at once: a fifth cheaper than inserting them. */
function copyDocuments(table: string): string {
  return `copy ${table} (${columns}) from stdin`;
}

/** All other documents of a batch. A statement of its own: it sees what the guard waited for. */
function replaceDocuments(table: string): string {
  return `with gone as (delete from ${table} where entity_id = any($1::uuid[]))
    update ${table} d set space_id = g.space_id, type = g.type, connection_id = g.connection_id,
      plugin_id = g.plugin_id, title = g.title, details = g.details, body = g.body, fts = g.fts::tsvector
    from unnest($2::uuid[], $3::text[], $4::smallint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
      as g (${columns})
    where d.entity_id = g.entity_id`;
}

/** Parameters of every search: space, types, connection, plugin, words. */
const hasWords = 'd.space_id = $1 and d.fts @@ $5::tsquery';
const isOfType = 'cardinality($2::int[]) = 0 or d.type = any($2::int[])';
const isOfConnection = "$3 = '' or d.connection_id = $3";
const isOfPlugin = "$4 = '' or d.plugin_id = $4";
const isWanted = `${hasWords} and (${isOfType}) and (${isOfConnection}) and (${isOfPlugin})`;

/**
 * Further parameters: the words as whole ones, score and id that the page before ended with, limit. A word that stands
 * there as it was typed counts twice, one that only begins so once.
 */
function byWords(table: string): string {
  return `with matched as materialized (
    select d.entity_id, ts_rank(d.fts, $5::tsquery, 1) + ts_rank(d.fts, $6::tsquery, 1) as score
    from ${table} d
    where ${isWanted}
    limit ${String(maxMatches)}
  ), page as (
    select * from matched m where $7::real is null or m.score < $7 or (m.score = $7 and m.entity_id > $8::uuid)
    order by m.score desc, m.entity_id limit $9
  )
  select t.total, p.entity_id, p.score, d.type, d.connection_id, d.plugin_id, d.title, d.details, d.body
  from (select count(*)::int as total from matched) t
    left join (page p join ${table} d using (entity_id)) on true
  order by p.score desc, p.entity_id`;
}

/** Those with the most beginnings first: many titles begin alike in one word of several. */
function byBeginnings(table: string): string {
  return `with candidate as materialized (
    select d.entity_id, ts_rank(d.fts, $5::tsquery) as score from ${table} d
    where ${isWanted}
    limit ${String(maxMatches)}
  ), best as (
    select entity_id from candidate order by score desc, entity_id limit ${String(maxCandidates)}
  )
  select d.entity_id, d.type, d.connection_id, d.plugin_id, d.title, left(d.details, 300) as details, left(d.body, 300) as body
  from best join ${table} d using (entity_id)`;
}

/**
 * Counts by type, connection and plugin; each leaves out what narrows the search by itself. Each looks at matches of its
 * own: who is narrowed to a few of very many sees those counted.
 */
function facetsByWords(table: string): string {
  const facet = (name: SearchFacet, column: string, condition: string): string =>
    `(select ${String(name)} as facet, ${column} as value, count(*)::int as count from (
      select d.${column}::text as ${column} from ${table} d
      where ${hasWords} and ${condition} and d.${column}::text <> ''
      limit ${String(maxMatches)}
    ) m group by 2 order by 3 desc, 2 limit ${String(maxFacetValues)})`;
  return [
    facet(SearchFacet.TYPE, 'type', `(${isOfConnection}) and (${isOfPlugin})`),
    facet(SearchFacet.CONNECTION, 'connection_id', `(${isOfType}) and (${isOfPlugin})`),
    facet(SearchFacet.PLUGIN, 'plugin_id', `(${isOfType}) and (${isOfConnection})`),
  ].join(' union all ');
}
