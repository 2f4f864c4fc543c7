import type { ConnectorDataItem } from '@made-open/plugin-sdk';
import type { GraphClient } from './graph-client.ts';
import { field, text, type Json } from '../json.ts';
import { mapRaw, resourceTypes } from '../map-raw.ts';

/** Something that Microsoft Graph tells the changes of: a folder, a calendar, a drive. */
export interface Collection {
  /** Names its link in the checkpoint. */
  readonly key: string;
  /** For logs. */
  readonly title: string;
  /** Path and query of the request that reads all of it. */
  readonly first: string;
  readonly pageSize: number;
  /** When it cannot be read at first, the rest of the account still can. */
  readonly isOptional: boolean;
  /** The item of a row; undefined for a row that is none. */
  readonly itemOf: (row: Json, client: GraphClient) => Promise<ConnectorDataItem | undefined>;
}

type ItemType = ConnectorDataItem['type'];

interface OutlookResource {
  readonly type: ItemType;
  readonly resource: keyof typeof resourceTypes;
  /** A property that only a partial row lacks. */
  readonly mark: string;
  /** Where one of them is found by its id. */
  readonly path: string;
  readonly select?: string;
  readonly prepare?: (row: Json) => Json;
}

/** Rows of Outlook: removed, partial, or whole. */
export function outlookItems({
  type,
  resource,
  mark,
  path,
  select,
  prepare = (row) => row,
}: OutlookResource): Collection['itemOf'] {
  return async (row, client) => {
    const id = text(row, 'id');
    if (id === undefined) return undefined;
    if (field(row, '@removed') !== undefined) return removed(type, id);
    const query = select === undefined ? '' : `?$select=${select}`;
    // A change of the read state alone comes with nothing else.
    const whole =
      mark in row ? row : await client.find(`${path}/${encodeURIComponent(id)}${query}`);
    if (whole === undefined) return removed(type, id);
    return mapRaw(prepare(rawOf(whole, resource)));
  };
}

export function removed(type: ItemType, externalId: string): ConnectorDataItem {
  return { type, externalId, data: {}, raw: null, deleted: true };
}

/** What is kept of a row: its type is needed to map it again, and links that let anybody in are not to be kept. */
export function rawOf(row: Json, resource: keyof typeof resourceTypes): Json {
  const kept = Object.entries(row).filter(
    ([name]) => !['@odata.etag', '@odata.context', '@microsoft.graph.downloadUrl'].includes(name),
  );
  return { '@odata.type': resourceTypes[resource], ...Object.fromEntries(kept) };
}
