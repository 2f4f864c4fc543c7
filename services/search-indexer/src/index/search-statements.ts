import { maxCandidates, maxMatches } from './search-index.ts';

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
    returning entity_id, old.hash is distinct from new.hash as is_other
  )
  select entity_id from taken where is_other`,
};

/** All documents of a batch at once. A statement of its own: it sees what the guard waited for. */
export const writeDocuments = {
  name: 'write-documents',
  text: `with gone as (delete from search_document where entity_id = any($1::uuid[]))
    insert into search_document (entity_id, space_id, type, connection_id, title, details, body, fts)
    select entity_id, space_id, type, connection_id, title, details, body, fts::tsvector
    from unnest($2::uuid[], $3::text[], $4::smallint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
      as g (entity_id, space_id, type, connection_id, title, details, body, fts)
    on conflict (entity_id) do update set space_id = excluded.space_id, type = excluded.type,
      connection_id = excluded.connection_id, title = excluded.title, details = excluded.details, body = excluded.body, fts = excluded.fts`,
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
