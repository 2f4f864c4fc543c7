import { SearchFacet } from '@made-open/contracts';
import { maxCandidates, maxFacetValues, maxMatches } from './search-index.ts';

/** A plan made while the tables were small is kept when they have grown: it may only use what is right for both. */
export const beginApply =
  'begin; set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off';

/** One process for each search, so that the order of equal matches does not change from page to page. */
export const beginSearch =
  "begin read only; set local statement_timeout = '3s'; set local max_parallel_workers_per_gather = 0";

/**
 * Takes what is newer, and gives back what differs from the document that is there. Locks each entity's row until the
 * commit: who writes the same entity beside waits here, and sees afterwards which version won.
 */
export const guardVersions = {
  name: 'guard-versions',
  text: `with taken as (
    insert into indexed (entity_id, version, hash)
    select * from unnest($1::uuid[], $2::int[], $3::bigint[])
    on conflict (entity_id) do update set version = excluded.version, hash = excluded.hash
      where indexed.version < excluded.version
    returning entity_id, old.hash is null as is_new, old.hash is distinct from new.hash as is_other
  )
  select entity_id, is_new from taken where is_other`,
};

const columns = 'entity_id, space_id, type, connection_id, plugin_id, title, details, body, fts';

/** All new documents of a batch at once: a fifth cheaper than inserting them. */
export const copyDocuments = `copy search_document (${columns}) from stdin`;

/** All other documents of a batch. A statement of its own: it sees what the guard waited for. */
export const replaceDocuments = {
  name: 'replace-documents',
  text: `with gone as (delete from search_document where entity_id = any($1::uuid[]))
    update search_document d set space_id = g.space_id, type = g.type, connection_id = g.connection_id,
      plugin_id = g.plugin_id, title = g.title, details = g.details, body = g.body, fts = g.fts::tsvector
    from unnest($2::uuid[], $3::text[], $4::smallint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
      as g (${columns})
    where d.entity_id = g.entity_id`,
};

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
export const byWords = `with matched as materialized (
    select d.entity_id, ts_rank(d.fts, $5::tsquery, 1) + ts_rank(d.fts, $6::tsquery, 1) as score
    from search_document d
    where ${isWanted}
    limit ${String(maxMatches)}
  ), page as (
    select * from matched m where $7::real is null or m.score < $7 or (m.score = $7 and m.entity_id > $8::uuid)
    order by m.score desc, m.entity_id limit $9
  )
  select t.total, p.entity_id, p.score, d.type, d.connection_id, d.plugin_id, d.title, d.details, d.body
  from (select count(*)::int as total from matched) t
    left join (page p join search_document d using (entity_id)) on true
  order by p.score desc, p.entity_id`;

/** Those with the most beginnings first: many titles begin alike in one word of several. */
export const byBeginnings = `with candidate as materialized (
    select d.entity_id, ts_rank(d.fts, $5::tsquery) as score from search_document d
    where ${isWanted}
    limit ${String(maxMatches)}
  ), best as (
    select entity_id from candidate order by score desc, entity_id limit ${String(maxCandidates)}
  )
  select d.entity_id, d.type, d.connection_id, d.plugin_id, d.title, left(d.details, 300) as details, left(d.body, 300) as body
  from best join search_document d using (entity_id)`;

/** Counts by type, connection and plugin; each leaves out what narrows the search by itself. */
export const facetsByWords = `with matched as materialized (
    select d.type, d.connection_id, d.plugin_id from search_document d
    where ${hasWords}
    limit ${String(maxMatches)}
  )
  ${facet(SearchFacet.TYPE, 'type::text', `(${isOfConnection}) and (${isOfPlugin})`)}
  union all
  ${facet(SearchFacet.CONNECTION, 'connection_id', `(${isOfType}) and (${isOfPlugin})`)}
  union all
  ${facet(SearchFacet.PLUGIN, 'plugin_id', `(${isOfType}) and (${isOfConnection})`)}`;

function facet(name: SearchFacet, column: string, condition: string): string {
  return `(select ${String(name)} as facet, d.${column} as value, count(*)::int as count from matched d
    where ${condition} and d.${column} <> '' group by 2 order by 3 desc, 2 limit ${String(maxFacetValues)})`;
}
