import { SearchService, type EntityType, type SearchHit } from '@made-open/contracts';
import type { Ask } from '../ask.ts';
import { entityKinds, kindOf } from '../entities/entity-kind.ts';
import {
  connection,
  cursor,
  limitUpTo,
  query as text,
  type Parameter,
} from '../parameters/parameter.ts';
import { QueryReader } from '../parameters/query-reader.ts';

const typeNames = entityKinds.map(({ type }) => type);

const types: Parameter<readonly EntityType[]> = {
  name: 'type',
  description: 'Only these types, separated by commas.',
  schema: { type: 'string' },
  example: 'person,message',
  fallback: [],
  read: (names) => {
    const kinds = names.split(',').map((name) => entityKinds.find(({ type }) => type === name));
    const known = kinds.filter((kind) => kind !== undefined);
    return known.length < kinds.length
      ? undefined
      : [...new Set(known.map(({ entityType }) => entityType))];
  },
  rule: `must be one or several of ${typeNames.join(', ')}, separated by commas`,
};

export const searchParameters = {
  query: text,
  types,
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
      types: [...reader.read(searchParameters.types)],
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
