import type { MessageInitShape } from '@bufbuild/protobuf';
import type { ExportDataResponseSchema } from '@made-open/contracts';
import { isEntityId } from '../entities/entity-cursor.ts';
import { entityModels } from '../entities/entity-model.ts';
import { InvalidRequestError } from '../errors.ts';
import { linkedPerson } from '../people/linked-person.ts';
import { tagsOf } from '../tags/tags-of.ts';
import { writeEntity, type ExportSources } from './export-data.ts';

/** Which person of which space is wanted. */
export interface ExportedPerson {
  readonly spaceId: string;
  /** Of a person or of one of its records. */
  readonly personId: string;
  readonly cursor: string;
}

type Page = MessageInitShape<typeof ExportDataResponseSchema>;

/** The records of a person in all sources with `raw` as it came, one a page: each may be as large as a page. */
export async function exportPerson(
  { pool, files }: ExportSources,
  { spaceId, personId, cursor }: ExportedPerson,
): Promise<Page> {
  const { after, chunk } = readCursor(cursor);
  const group = await linkedPerson(pool, spaceId, personId);
  const rest = group?.records.filter(({ id }) => id > after) ?? [];
  if (chunk !== undefined && group?.records.some(({ id }) => id === after) === true)
    return photoPage({ pool, files }, after, { chunk, isLast: rest.length === 0 });
  const [record] = rest;
  if (group === undefined || record === undefined) return { records: [], nextCursor: '' };
  const { rows } = await pool.query<Record<string, unknown>>(
    `select e.*, e.raw::text as raw_text, ${tagsOf('e.id')} as tags, c.id as connection_id
     from person e join connection c on c.key = e.connection_key where e.id = $1`,
    [record.id],
  );
  const [row] = rows;
  const next = nextCursor(record.id, row?.['photo_file_id'], rest.length === 1);
  if (row === undefined) return { records: [], nextCursor: next };
  const json = writeEntity(entityModels.person, row, {
    person_id: group.personId,
    linked_by: record.rule,
    connection_id: row['connection_id'],
  });
  return { records: [{ kind: entityModels.person.type, json }], nextCursor: next };
}

/** Behind a record, or at a part of its photo. */
function readCursor(cursor: string): { after: string; chunk: number | undefined } {
  const [after = '', chunk] = cursor.split(':');
  if (after !== '' && (!isEntityId(after) || !/^\d{1,6}$/u.test(chunk ?? '0')))
    throw new InvalidRequestError('the cursor is not one that a page of an export gave');
  return { after, chunk: chunk === undefined ? undefined : Number(chunk) };
}

/** A photo comes behind its record. */
function nextCursor(recordId: string, photo: unknown, isLast: boolean): string {
  if (typeof photo === 'string') return `${recordId}:0`;
  return isLast ? '' : recordId;
}

async function photoPage(
  { pool, files }: ExportSources,
  recordId: string,
  { chunk, isLast }: { chunk: number; isLast: boolean },
): Promise<Page> {
  const { rows } = await pool.query<{ key: number; photo: string | null }>(
    'select connection_key as key, photo_file_id as photo from person where id = $1',
    [recordId],
  );
  const [{ key, photo } = { key: 0, photo: null }] = rows;
  const part = photo === null ? undefined : await files.part(key, photo, chunk);
  const behind = isLast ? '' : recordId;
  if (part === undefined) return { records: [], nextCursor: behind };
  return {
    records: [part.record],
    nextCursor: part.isLast ? behind : `${recordId}:${String(chunk + 1)}`,
  };
}
