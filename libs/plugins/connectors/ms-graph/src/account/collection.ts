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
  /** What becomes of a row. */
  readonly itemsOf: (row: Json, client: GraphClient) => Promise<readonly ConnectorDataItem[]>;
}

type ItemType = ConnectorDataItem['type'];

interface OutlookRows {
  /** A property that only a partial row lacks. */
  readonly mark: string;
  /** Where one of them is found by its id. */
  readonly path: string;
  readonly select?: string;
}

interface OutlookResource extends OutlookRows {
  readonly type: ItemType;
  readonly resource: keyof typeof resourceTypes;
  readonly prepare?: (row: Json) => Json | Promise<Json>;
}

/** Rows of Outlook: removed, partial, or whole. */
export function outlookItems({
  type,
  resource,
  prepare = (row) => row,
  ...rows
}: OutlookResource): Collection['itemsOf'] {
  return async (row, client) => {
    const id = text(row, 'id');
    if (id === undefined) return [];
    const whole = await wholeRow(row, client, rows);
    if (whole === undefined) return [removed(type, id)];
    return [mapRaw(await prepare(rawOf(whole, resource)))];
  };
}

/** The whole of what a row tells of; undefined when it is gone. */
export async function wholeRow(
  row: Json,
  client: GraphClient,
  { mark, path, select }: OutlookRows,
): Promise<Json | undefined> {
  if (field(row, '@removed') !== undefined) return undefined;
  // A change of the read state alone comes with nothing else.
  if (mark in row) return row;
  const query = select === undefined ? '' : `?$select=${select}`;
  return client.find(`${path}/${encodeURIComponent(text(row, 'id') ?? '')}${query}`);
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
