import { maxCandidates, maxMatches } from './search-index.ts';

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

const columns = 'entity_id, space_id, type, connection_id, title, details, body, fts';

/** All new documents of a batch at once: a fifth cheaper than inserting them. */
export const copyDocuments = `copy search_document (${columns}) from stdin`;

/** All other documents of a batch. A statement of its own: it sees what the guard waited for. */
export const replaceDocuments = {
  name: 'replace-documents',
  text: `with gone as (delete from search_document where entity_id = any($1::uuid[]))
    update search_document d set space_id = g.space_id, type = g.type, connection_id = g.connection_id,
      title = g.title, details = g.details, body = g.body, fts = g.fts::tsvector
    from unnest($2::uuid[], $3::text[], $4::smallint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
      as g (${columns})
    where d.entity_id = g.entity_id`,
};

/** Parameters: space, types, connection, words. */
const isWanted =
  "d.space_id = $1 and (cardinality($2::int[]) = 0 or d.type = any($2::int[])) and ($3 = '' or d.connection_id = $3) and d.fts @@ $4::tsquery";

/** Further parameters: score and id that the page before ended with, limit. */
export const byWords = `with matched as materialized (
    select d.entity_id, ts_rank(d.fts, $4::tsquery, 1) as score from search_document d
    where ${isWanted}
    limit ${String(maxMatches)}
  ), page as (
    select * from matched m where $5::real is null or m.score < $5 or (m.score = $5 and m.entity_id > $6::uuid)
    order by m.score desc, m.entity_id limit $7
  )
  select t.total, p.entity_id, p.score, d.type, d.connection_id, d.title, d.details, d.body
  from (select count(*)::int as total from matched) t
    left join (page p join search_document d using (entity_id)) on true
  order by p.score desc, p.entity_id`;

export const byBeginnings = `select d.entity_id, d.type, d.connection_id, d.title, left(d.details, 300) as details, left(d.body, 300) as body
  from search_document d where ${isWanted} limit ${String(maxCandidates)}`;
