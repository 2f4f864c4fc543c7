import { SearchService, type SearchHit } from '@made-open/contracts';
import type { Ask } from '../ask.ts';
import { kindOf } from '../entities/entity-kind.ts';
import { kinds } from '../parameters/kinds.ts';
import { connection, cursor, limitUpTo, query as text } from '../parameters/parameter.ts';
import { QueryReader } from '../parameters/query-reader.ts';

export const searchParameters = {
  query: text,
  types: kinds,
  connection,
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
      limit: reader.read(searchParameters.limit),
      cursor: reader.read(searchParameters.cursor),
    };
    reader.check();
    const { hits, nextCursor, total } = await this.#ask(SearchService.method.search, request);
    return {
      data: hits.flatMap(hitView),
      next_cursor: nextCursor === '' ? null : nextCursor,
      total,
    };
  }
}

function hitView({ entityId, type, title, snippet, score, connectionId }: SearchHit): object[] {
  const kind = kindOf(type);
  if (kind === undefined) return []; // of a type that this version does not show
  return [
    {
      id: entityId,
      type: kind.type,
      title,
      snippet,
      score,
      connection_id: connectionId,
      href: `/v1/${kind.path}/${entityId}`,
    },
  ];
}
