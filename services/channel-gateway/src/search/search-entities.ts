import { SearchService, type SearchHit } from '@made-open/contracts';
import type { Ask } from '../ask.ts';
import { facets, facetsView } from './facets.ts';
import { kindOf } from '../entities/entity-kind.ts';
import { kinds } from '../parameters/kinds.ts';
import { connection, cursor, limitUpTo, plugin, query as text } from '../parameters/parameter.ts';
import { QueryReader } from '../parameters/query-reader.ts';

export const searchParameters = {
  query: text,
  types: kinds,
  connection,
  plugin,
  facets,
  limit: limitUpTo(100, 20),
  cursor,
} as const;

/** A search over all entities of a space. */
export class SearchEntities {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  async search(spaceId: string, query: object): Promise<object> {
    const reader = new QueryReader(query);
    const request = {
      spaceId,
      query: reader.read(searchParameters.query),
      types: reader.read(searchParameters.types).map(({ entityType }) => entityType),
      connectionId: reader.read(searchParameters.connection),
      pluginId: reader.read(searchParameters.plugin),
      facets: reader.read(searchParameters.facets).map(({ facet }) => facet),
      limit: reader.read(searchParameters.limit),
      cursor: reader.read(searchParameters.cursor),
    };
    reader.check();
    const page = await this.#ask(SearchService.method.search, request);
    const { hits, nextCursor, total, facetCounts } = page;
    const asked = reader.read(searchParameters.facets);
    return {
      data: hits.flatMap(hitView),
      next_cursor: nextCursor === '' ? null : nextCursor,
      total,
      ...(asked.length === 0 ? {} : { facets: facetsView(asked, facetCounts) }),
    };
  }
}

function hitView(hit: SearchHit): object[] {
  const { entityId, title, markedTitle, snippet, score, connectionId, pluginId } = hit;
  const kind = kindOf(hit.type);
  if (kind === undefined) return []; // of a type that this version does not show
  return [
    {
      id: entityId,
      type: kind.type,
      title,
      marked_title: markedTitle,
      snippet,
      score,
      connection_id: connectionId,
      plugin_id: pluginId,
      href: `/v1/${kind.path}/${entityId}`,
    },
  ];
}
