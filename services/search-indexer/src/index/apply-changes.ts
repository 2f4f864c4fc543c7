import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { copyRows } from './copy-rows.ts';
import { documentHash } from './document-hash.ts';
import { newestChanges, type IndexChange, type SearchDocument } from './search-index.ts';
import { copyDocuments, guardVersions, replaceDocuments } from './search-statements.ts';
import { textVector } from './text-vector.ts';

type DocumentRow = readonly [
  string,
  string,
  number,
  string,
  string,
  string,
  string,
  string,
  string,
];

/** Applies changes within a transaction. What stays as it was is neither cut into words nor sent. */
export async function applyChanges(
  client: PoolClient,
  changes: readonly IndexChange[],
): Promise<void> {
  const newest = newestChanges(changes);
  const known = await takeNewer(client, newest);
  const due = newest.filter(({ entityId }) => known.has(entityId));
  const gone = due.flatMap(({ entityId, document }) => (document === undefined ? [entityId] : []));
  const rows = due.flatMap((change) =>
    change.document === undefined ? [] : [rowOf(change, change.document)],
  );
  const [added, changed] = [true, false].map((isNew) =>
    rows.filter(([entityId]) => known.get(entityId) === isNew),
  );
  await copy(client, added ?? []);
  await replace(client, gone, changed ?? []);
}

/** Those that differ from the documents that are there; true for those that have none. */
async function takeNewer(
  client: PoolClient,
  changes: readonly IndexChange[],
): Promise<Map<string, boolean>> {
  const values = [
    changes.map(({ entityId }) => entityId),
    changes.map(({ version }) => version),
    changes.map(documentHash),
  ];
  const { rows } = await client.query<{ entity_id: string; is_new: boolean }>({
    ...guardVersions,
    values,
  });
  return new Map(rows.map((row) => [row.entity_id, row.is_new]));
}

async function copy(client: PoolClient, rows: readonly DocumentRow[]): Promise<void> {
  if (rows.length === 0) return;
  await pipeline(Readable.from([copyRows(rows)]), client.query(copyFrom(copyDocuments)));
}

async function replace(
  client: PoolClient,
  gone: readonly string[],
  rows: readonly DocumentRow[],
): Promise<void> {
  if (gone.length === 0 && rows.length === 0) return;
  const columns = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((column) => rows.map((row) => row[column]));
  await client.query({ ...replaceDocuments, values: [gone, ...columns] });
}

function rowOf(change: IndexChange, document: SearchDocument): DocumentRow {
  const { entityId, spaceId, type, connectionId, pluginId } = change;
  const { title, details, body } = document;
  const texts = [title, details, body, textVector(document)] as const;
  return [entityId, spaceId, type, connectionId, pluginId, ...texts];
}
