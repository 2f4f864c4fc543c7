import type { MessageInitShape } from '@bufbuild/protobuf';
import type { ExportDataResponseSchema } from '@made-open/contracts';
import type { Pool } from 'pg';
import { isEntityId } from '../entities/entity-cursor.ts';
import { entityModels } from '../entities/entity-model.ts';
import { InvalidRequestError } from '../errors.ts';
import { linkedPerson } from '../people/linked-person.ts';
import { writeEntity } from './export-data.ts';

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
  pool: Pool,
  { spaceId, personId, cursor }: ExportedPerson,
): Promise<Page> {
  if (cursor !== '' && !isEntityId(cursor))
    throw new InvalidRequestError('the cursor is not one that a page of an export gave');
  const group = await linkedPerson(pool, spaceId, personId);
  const rest = group?.records.filter(({ id }) => id > cursor) ?? [];
  const [record] = rest;
  if (group === undefined || record === undefined) return { records: [], nextCursor: '' };
  const { rows } = await pool.query<Record<string, unknown>>(
    `select e.*, e.raw::text as raw_text, c.id as connection_id
     from person e join connection c on c.key = e.connection_key where e.id = $1`,
    [record.id],
  );
  const [row] = rows;
  const more = { person_id: group.personId, linked_by: record.rule };
  return {
    records:
      row === undefined
        ? []
        : [
            {
              kind: entityModels.person.type,
              json: writeEntity(entityModels.person, row, {
                ...more,
                connection_id: row['connection_id'],
              }),
            },
          ],
    nextCursor: rest.length > 1 ? record.id : '',
  };
}
