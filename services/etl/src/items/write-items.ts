import xxhash from 'xxhash-wasm';
import { once } from 'node:events';
import { from as copyFrom } from 'pg-copy-streams';
import type { PoolClient } from 'pg';
import { uuidv7 } from 'uuidv7';
import { CopyEncoder } from '../entities/copy-encoder.ts';
import type { EntityChange } from '../entities/entity-events.ts';
import type { EntityDefinition } from '../entities/entity-types.ts';
import type { LockedConnection } from './frame-writer.ts';
import { ItemFault, jsonDepth, normaliseItem, type NormalisedItem } from './normalise-item.ts';

export interface ItemsToWrite {
  readonly connection: LockedConnection;
  readonly definition: EntityDefinition;
  readonly ids: readonly string[];
  /** `data TAB raw` for each id. */
  readonly lines: readonly Uint8Array[];
  readonly strict: boolean;
}

/** An item that does not fit the model; its text is kept for a person to look at. */
export interface FaultyItem {
  readonly externalId: string;
  readonly reason: string;
  readonly line: Uint8Array;
}

export interface ItemsWritten {
  readonly created: EntityChange[];
  readonly updated: EntityChange[];
  readonly unchanged: number;
  readonly faults: FaultyItem[];
}

interface Row {
  readonly id: string;
  readonly externalId: string;
  readonly version: number;
  readonly hash: bigint;
  readonly item: NormalisedItem;
  readonly raw: Uint8Array;
  readonly createdAtMs: number;
}

const tab = 9;
const maxRawDepth = 64;
const hasher = await xxhash();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** Compares hashes first and reads only what changed; new and changed rows go in by one binary COPY. */
export async function writeItems(client: PoolClient, given: ItemsToWrite): Promise<ItemsWritten> {
  const last = new Map(given.ids.map((id, index) => [id, index])); // the last of a repeated id wins
  const externalIds = [...last.keys()];
  const seed = BigInt(given.connection.mappingVersion);
  const hashes = [...last.values()].map((index) =>
    BigInt.asIntN(64, hasher.h64Raw(given.lines[index] ?? new Uint8Array(), seed)),
  );
  const changed = await findChanged(client, given, externalIds, hashes);
  const written: ItemsWritten = {
    created: [],
    updated: [],
    unchanged: externalIds.length - changed.length,
    faults: [],
  };
  const rows: Row[] = [];
  for (const { position, known } of changed) {
    const externalId = externalIds[position] ?? '';
    const line = given.lines[last.get(externalId) ?? 0] ?? new Uint8Array();
    try {
      const row = readRow(given, { externalId, line, hash: hashes[position] ?? 0n, known });
      rows.push(row);
      (known === undefined ? written.created : written.updated).push(row);
    } catch (error) {
      if (!(error instanceof ItemFault)) throw error;
      written.faults.push({ externalId, reason: error.message, line });
    }
  }
  await replaceRows(client, given, rows, written.updated);
  return written;
}

interface Known {
  readonly id: string;
  readonly version: number;
  readonly createdAtMs: number;
}

/** By LATERAL with a limit, since a plain anti-join scans the whole table while it has no statistics. */
async function findChanged(
  client: PoolClient,
  { connection, definition }: ItemsToWrite,
  externalIds: readonly string[],
  hashes: readonly bigint[],
): Promise<{ position: number; known: Known | undefined }[]> {
  const { rows } = await client.query<{
    position: number;
    id: string | null;
    version: number | null;
    created_at: Date | null;
  }>({
    name: `changed-${definition.table}`,
    text: changedQuery(definition.table),
    values: [connection.key, externalIds, hashes.map(String)],
  });
  return rows.map(({ position, id, version, created_at: createdAt }) => ({
    position: position - 1,
    known:
      id === null
        ? undefined
        : { id, version: version ?? 0, createdAtMs: createdAt?.getTime() ?? 0 },
  }));
}

export function changedQuery(table: string): string {
  return `select t.position::int, p.id, p.version, p.created_at
    from unnest($2::text[], $3::bigint[]) with ordinality as t (external_id, hash, position)
    left join lateral (select id, version, hash, created_at from ${table} where connection_key = $1 and external_id = t.external_id limit 1) p on true
    where p.hash is distinct from t.hash`;
}

function readRow(
  { definition, strict }: ItemsToWrite,
  {
    externalId,
    line,
    hash,
    known,
  }: { externalId: string; line: Uint8Array; hash: bigint; known: Known | undefined },
): Row {
  const split = line.indexOf(tab);
  if (split < 0) throw new ItemFault('the item has no raw part');
  const raw = line.subarray(split + 1);
  if (strict) checkRaw(raw);
  return {
    id: known?.id ?? uuidv7(),
    externalId,
    version: (known?.version ?? 0) + 1,
    hash,
    item: normaliseItem(definition, decodeText(line.subarray(0, split))),
    raw,
    createdAtMs: known?.createdAtMs ?? Date.now(),
  };
}

function decodeText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new ItemFault('the item is not UTF-8');
  }
}

function checkRaw(bytes: Uint8Array): void {
  const text = decodeText(bytes);
  if (jsonDepth(text) > maxRawDepth)
    throw new ItemFault(`raw is nested deeper than ${String(maxRawDepth)} levels`);
  try {
    JSON.parse(text);
  } catch {
    throw new ItemFault('raw is not JSON');
  }
}

/** A changed row is removed and written anew with its id: one way to write, and as many index entries as an update makes. */
async function replaceRows(
  client: PoolClient,
  { connection, definition }: ItemsToWrite,
  rows: readonly Row[],
  updated: readonly EntityChange[],
): Promise<void> {
  if (rows.length === 0) return;
  if (updated.length > 0)
    await client.query(`delete from ${definition.table} where id = any($1::uuid[])`, [
      updated.map(({ id }) => id),
    ]);
  const names = definition.columns.map(({ column }) => column).join(', ');
  const stream = client.query(
    copyFrom(
      `copy ${definition.table} (id, connection_key, space_id, external_id, version, hash, attributes, raw, created_at, updated_at, ${names}) from stdin (format binary)`,
    ),
  );
  stream.end(encodeRows(connection, definition, rows));
  await once(stream, 'finish');
}

function encodeRows(
  connection: LockedConnection,
  definition: EntityDefinition,
  rows: readonly Row[],
): Buffer {
  const encoder = new CopyEncoder();
  const now = Date.now();
  for (const row of rows) {
    encoder.row(10 + definition.columns.length);
    encoder.uuid(row.id);
    encoder.int4(connection.key);
    encoder.text(connection.spaceId);
    encoder.text(row.externalId);
    encoder.int4(row.version);
    encoder.int8(row.hash);
    if (row.item.attributes === null) encoder.null();
    else encoder.text(row.item.attributes);
    encoder.raw(row.raw);
    encoder.time(row.createdAtMs);
    encoder.time(now);
    for (const [index, { kind }] of definition.columns.entries())
      encoder.value(kind, row.item.values[index] ?? null);
  }
  return encoder.finish();
}

/** Keeps items that do not fit, one for each id; a later good version of the item does not remove it by itself. */
export async function quarantine(
  client: PoolClient,
  {
    connection,
    runId,
    definition,
    faults,
  }: {
    connection: LockedConnection;
    runId: string;
    definition: EntityDefinition;
    faults: readonly FaultyItem[];
  },
): Promise<void> {
  if (faults.length === 0) return;
  const lenient = new TextDecoder();
  await client.query(
    `insert into quarantine (id, connection_id, run_id, type, external_id, reason, item)
     select q.id, $1, $2, $3, q.external_id, q.reason, q.item from unnest($4::uuid[], $5::text[], $6::text[], $7::text[]) as q (id, external_id, reason, item)
     on conflict (connection_id, type, external_id) do update set run_id = $2, reason = excluded.reason, item = excluded.item, created_at = now()`,
    [
      connection.id,
      runId,
      definition.type,
      faults.map(() => uuidv7()),
      faults.map((fault) => fault.externalId),
      faults.map((fault) => fault.reason),
      faults.map((fault) => lenient.decode(fault.line).replaceAll('\u0000', '\\u0000')),
    ],
  );
}
