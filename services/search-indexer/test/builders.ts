import { EntityType } from '@made-open/contracts';
import type { IndexChange, SearchQuery } from '../src/search/search-index.ts';

let made = 0;

/** A change of a person with a new id; `of` names the version and the texts that matter. */
export function aChange(
  of: Partial<Omit<IndexChange, 'document'>> & {
    title?: string;
    details?: string;
    body?: string;
    deleted?: boolean;
  } = {},
): IndexChange {
  const { title = '', details = '', body = '', deleted = false, ...rest } = of;
  made++;
  return {
    entityId: `01930000-0000-7000-8000-${String(made).padStart(12, '0')}`,
    spaceId: 'default',
    connectionId: 'connection-1',
    pluginId: 'com.example.contacts',
    type: EntityType.PERSON,
    version: 1,
    document: deleted ? undefined : { title, details, body },
    ...rest,
  };
}

/** A search of the default space. */
export function aQuery(query: string, rest: Partial<SearchQuery> = {}): SearchQuery {
  return {
    spaceId: 'default',
    query,
    types: [],
    connectionId: '',
    pluginId: '',
    facets: [],
    limit: 20,
    cursor: '',
    ...rest,
  };
}
