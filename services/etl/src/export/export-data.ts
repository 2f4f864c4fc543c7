import type { MessageInitShape } from '@bufbuild/protobuf';
import type { ExportDataResponseSchema } from '@made-open/contracts';
import type { Pool } from 'pg';
import type { Connection } from '../connections/connection.ts';
import { isEntityId } from '../entities/entity-cursor.ts';
import { allEntityModels, conversationModel, type ReadModel } from '../entities/entity-model.ts';
import { fieldsOf } from '../entities/entity-reader.ts';
import { InvalidRequestError } from '../errors.ts';
import type { FileObjects } from '../files/file-objects.ts';
import { tagsOf } from '../tags/tags-of.ts';
import { ExportFiles, isFilePlace } from './export-files.ts';

/** What an export is made from. */
export class ExportSources {
  readonly pool: Pool;
  readonly files: ExportFiles;

  constructor(pool: Pool, objects: FileObjects) {
    this.pool = pool;
    this.files = new ExportFiles(pool, objects);
  }
}

type Page = MessageInitShape<typeof ExportDataResponseSchema>;

/** A row as it leaves the database, and where the next page goes on behind it. */
interface ExportRow {
  readonly place: string;
  readonly json: string;
}

interface Section {
  readonly kind: string;
  /** Whether a cursor may go on there; empty is the begin. */
  readonly isPlace: (place: string) => boolean;
  /** Parameters: key of the connection, the last place, rows. `bytes` is what a row holds. */
  readonly text: string;
  write(row: Readonly<Record<string, unknown>>): string;
}

const pageRows = 200;
/** A page is cut above this; one record alone may be larger, and still fits into a message. */
const pageBytes = 384 * 1024;

const sections: readonly Section[] = [
  ...allEntityModels.map((model) =>
    entitySection(model, { raw: 'e.raw::text', bytes: 'octet_length(e.raw::text)' }),
  ),
  entitySection(conversationModel, {
    raw: 'null::text',
    bytes: 'coalesce(pg_column_size(e.participants), 0)',
  }),
  {
    kind: 'quarantine',
    isPlace: isEntityId,
    text: `select q.id::text as place, q.type, q.external_id, q.reason, q.created_at, q.size_bytes::float8 as size_bytes,
        q.record, octet_length(q.record) as bytes
      from quarantine q where q.connection_key = $1 and q.id::text > $2 order by q.id::text limit $3`,
    write: ({ type, external_id, reason, created_at, size_bytes, record }) =>
      JSON.stringify({
        type,
        external_id,
        reason,
        created_at,
        size_bytes,
        ...quarantinedRecord(record),
      }),
  },
  {
    kind: 'checkpoint',
    isPlace: (place) => /^\d{1,18}$/u.test(place),
    text: `select h.epoch::text as place, h.epoch::float8 as epoch, h.run_id, h.saved_at, h.state,
        octet_length(h.state) as bytes
      from checkpoint_history h
      where h.connection_key = $1 and h.epoch > coalesce(nullif($2, '')::bigint, 0) order by h.epoch limit $3`,
    write: ({ epoch, run_id, saved_at, state }) =>
      `{"epoch":${String(epoch)},"run_id":${JSON.stringify(run_id)},"saved_at":${JSON.stringify(saved_at)},"state":${String(state)}}`,
  },
];

/** One page of all that etl holds of a connection: entities with `raw` as it came, conversations, quarantine, checkpoints, files. */
export async function exportData(
  { pool, files }: ExportSources,
  connection: Connection,
  cursor: string,
): Promise<Page> {
  let { section, place } = readCursor(cursor);
  for (; section < sections.length; section++, place = '') {
    const rows = await readRows(pool, connection, { section: sections[section], place });
    if (rows.length === 0) continue;
    const kind = sections[section]?.kind ?? '';
    const records = rows.map(({ json }) => ({ kind, json }));
    return { records, nextCursor: writeCursor(section, rows.at(-1)?.place ?? '') };
  }
  const part = await files.after(connection, place);
  if (part === undefined) return { records: [], nextCursor: '' };
  return { records: [part.record], nextCursor: writeCursor(section, part.place) };
}

async function readRows(
  pool: Pool,
  connection: Connection,
  { section, place }: { section: Section | undefined; place: string },
): Promise<ExportRow[]> {
  if (section === undefined) return [];
  const { rows } = await pool.query<Record<string, unknown> & { place: string }>(
    `select s.* from (
        select t.*, sum(t.bytes) over (rows unbounded preceding) - t.bytes as bytes_before from (${section.text}) t
      ) s where s.bytes_before is null or s.bytes_before < ${String(pageBytes)}`,
    [connection.key, place, pageRows],
  );
  const page: ExportRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    const json = section.write(row);
    bytes += Buffer.byteLength(JSON.stringify(json));
    if (bytes > 2 * pageBytes && page.length > 0) break;
    page.push({ place: row.place, json });
  }
  return page;
}

function entitySection(model: ReadModel, { raw, bytes }: { raw: string; bytes: string }): Section {
  const columns = model.fields.map(({ column }) => `e."${column}"`).join(', ');
  return {
    kind: model.type,
    isPlace: (place) => !place.includes('\0'),
    text: `select e.external_id as place, e.id, e.external_id, e.version, e.created_at, e.updated_at, e.attributes, ${columns},
        ${tagsOf('e.id')} as tags,
        ${raw} as raw_text, ${bytes} as bytes
      from "${model.type}" e where e.connection_key = $1 and e.external_id > $2 order by e.external_id limit $3`,
    write: (row) => writeEntity(model, row),
  };
}

/** One entity with `raw` if it has one, from a row with its columns and `raw_text`. */
export function writeEntity(
  model: ReadModel,
  row: Readonly<Record<string, unknown>>,
  more: object = {},
): string {
  const entity = {
    id: row['id'],
    ...more,
    external_id: row['external_id'],
    version: row['version'],
    created_at: row['created_at'],
    updated_at: row['updated_at'],
    tags: row['tags'],
    data: fieldsOf(model, row),
  };
  const { raw_text: raw } = row;
  if (typeof raw !== 'string') return JSON.stringify(entity);
  // As it came: parsed and written again, numbers could change.
  return `${JSON.stringify(entity).slice(0, -1)},"raw":${raw}}`;
}

/** As text where that fits into a message, though its quotes are escaped twice. */
function quarantinedRecord(record: unknown): object {
  if (!(record instanceof Buffer)) return {};
  const text = record.toString('utf8');
  return JSON.stringify(JSON.stringify(text)).length < 2 * pageBytes
    ? { record: text }
    : { record_base64: record.toString('base64') };
}

/** Opaque to callers. */
function writeCursor(section: number, place: string): string {
  return Buffer.from(JSON.stringify([section, place])).toString('base64url');
}

function readCursor(cursor: string): { section: number; place: string } {
  if (cursor === '') return { section: 0, place: '' };
  const [section, place] = parts(cursor);
  const isPlace =
    typeof section === 'number' &&
    typeof place === 'string' &&
    (place === '' || placesOf(section)?.(place));
  if (isPlace !== true || placesOf(section) === undefined)
    throw new InvalidRequestError('the cursor is not one that a page of an export gave');
  return { section, place };
}

/** Files come last. */
function placesOf(section: number): ((place: string) => boolean) | undefined {
  return section === sections.length ? isFilePlace : sections[section]?.isPlace;
}

function parts(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
