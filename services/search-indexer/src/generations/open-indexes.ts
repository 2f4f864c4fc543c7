import { Meilisearch } from 'meilisearch';
import type { Pool } from 'pg';
import type { MeilisearchSettings } from '../config.ts';
import { EngineMissingError } from '../errors.ts';
import { MeilisearchSearchIndex } from '../meilisearch/meilisearch-search-index.ts';
import { PostgresSearchIndex } from '../postgres/postgres-search-index.ts';
import type { SearchIndex } from '../search/search-index.ts';
import type { OpenIndex } from './current-index.ts';

const requestTimeoutMs = 30_000;

/** Opens the index of each generation once. */
export function openIndexes(pool: Pool, settings: MeilisearchSettings | undefined): OpenIndex {
  const opened = new Map<number, SearchIndex>();
  const engine =
    settings === undefined
      ? undefined
      : {
          client: new Meilisearch({
            host: settings.url,
            apiKey: settings.key.reveal(),
            timeout: requestTimeoutMs,
          }),
          indexPrefix: settings.indexPrefix,
        };
  return (generation) => {
    const known = opened.get(generation.id);
    if (known !== undefined) return known;
    if (generation.engine === 'meilisearch' && engine === undefined) throw new EngineMissingError();
    const index =
      engine === undefined || generation.engine === 'postgres'
        ? new PostgresSearchIndex(pool, generation.id)
        : new MeilisearchSearchIndex(engine, pool, generation.id);
    opened.set(generation.id, index);
    return index;
  };
}
