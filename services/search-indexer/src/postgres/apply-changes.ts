import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { copyRows } from './copy-rows.ts';
import type { IndexedVersions } from '../versions/indexed-versions.ts';
import { newestChanges, type IndexChange, type SearchDocument } from '../search/search-index.ts';
import type { SearchStatements } from './search-statements.ts';
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

/** What belongs to one generation. */
export interface Tables {
  readonly versions: IndexedVersions;
  readonly statements: SearchStatements;
}

/** Applies changes within a transaction. What stays as it was is neither cut into words nor sent. */
export async function applyChanges(
  client: PoolClient,
  changes: readonly IndexChange[],
  { versions, statements }: Tables,
): Promise<void> {
  const newest = newestChanges(changes);
  const known = await versions.takeNewer(client, newest);
  const due = newest.filter(({ entityId }) => known.has(entityId));
  const gone = due.flatMap(({ entityId, document }) => (document === undefined ? [entityId] : []));
  const rows = due.flatMap((change) =>
    change.document === undefined ? [] : [rowOf(change, change.document)],
  );
  const [added, changed] = [true, false].map((isNew) =>
    rows.filter(([entityId]) => known.get(entityId) === isNew),
  );
  await copy(client, statements, added ?? []);
  await replace(client, statements, { gone, changed: changed ?? [] });
}

async function copy(
  client: PoolClient,
  { copyDocuments }: SearchStatements,
  rows: readonly DocumentRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await pipeline(Readable.from([copyRows(rows)]), client.query(copyFrom(copyDocuments)));
}

async function replace(
  client: PoolClient,
  { replaceDocuments }: SearchStatements,
  { gone, changed }: { gone: readonly string[]; changed: readonly DocumentRow[] },
): Promise<void> {
  if (gone.length === 0 && changed.length === 0) return;
  const columns = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((column) => changed.map((row) => row[column]));
  await client.query({ ...replaceDocuments, values: [gone, ...columns] });
}

function rowOf(change: IndexChange, document: SearchDocument): DocumentRow {
  const { entityId, spaceId, type, connectionId, pluginId } = change;
  const { title, details, body } = document;
  const texts = [title, details, body, textVector(document)] as const;
  return [entityId, spaceId, type, connectionId, pluginId, ...texts];
}
