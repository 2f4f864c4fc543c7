import type { Pool } from 'pg';
import { isEntityId } from '../entities/entity-cursor.ts';
import type { Group } from './group-records.ts';

/** The person that a record is of, by the id of the record or of the person; undefined when there is none in the space. */
export async function linkedPerson(
  pool: Pool,
  spaceId: string,
  id: string,
): Promise<Group | undefined> {
  if (!isEntityId(id)) return undefined;
  const { rows } = await pool.query<{ id: string; person_id: string; rule: string }>(
    `select e.id::text as id, coalesce(l.person_id, e.id)::text as person_id, coalesce(l.rule, '') as rule
     from person e join connection c on c.key = e.connection_key
     left join person_link l on l.entity_id = e.id
     where c.space_id = $1 and e.id in (
       select $2::uuid
       union select o.entity_id from person_link o where o.person_id = $2::uuid
         or o.person_id = (select w.person_id from person_link w where w.entity_id = $2::uuid)
     ) order by e.id`,
    [spaceId, id],
  );
  const personId = rows.find((row) => row.id === id || row.person_id === id)?.person_id;
  if (personId === undefined) return undefined;
  const records = rows.filter((row) => row.person_id === personId);
  return { personId, records: records.map((row) => ({ id: row.id, rule: row.rule })) };
}
