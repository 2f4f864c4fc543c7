import { EntityType } from '@made-open/contracts';
import type { Pool } from 'pg';
import { isE164, normaliseAddress } from '../communication/address.ts';
import { isEntityId } from '../entities/entity-cursor.ts';
import { InvalidRequestError } from '../errors.ts';
import { maxSharing } from './regroup.ts';

/** Whose addresses are wanted. */
export interface ParticipantsQuery {
  readonly spaceId: string;
  readonly type: EntityType;
  readonly entityId: string;
}

export interface MatchedParticipant {
  readonly address: string;
  readonly personId: string;
  readonly displayName: string;
}

const maxAddresses = 500;
const maxPersonsOfOne = 20;

const addressesOf: Partial<Record<EntityType, string>> = {
  [EntityType.CONVERSATION]: `select distinct a.address from conversation e
    join connection c on c.key = e.connection_key cross join lateral unnest(e.participants) as a (address)`,
  [EntityType.MESSAGE]: `select distinct a.address from message e
    join connection c on c.key = e.connection_key
    cross join lateral unnest(array_append(e.recipients, e.sender)) as a (address)`,
};
const tables: Partial<Record<EntityType, string>> = {
  [EntityType.CONVERSATION]: 'conversation',
  [EntityType.MESSAGE]: 'message',
};

/** The addresses of a message or conversation, each with the persons of the space that are known by it. */
export async function matchParticipants(
  pool: Pool,
  { spaceId, type, entityId }: ParticipantsQuery,
): Promise<{ participants: MatchedParticipant[]; found: boolean }> {
  const [table, addresses] = [tables[type], addressesOf[type]];
  if (table === undefined || addresses === undefined)
    throw new InvalidRequestError('only messages and conversations have participants');
  if (!isEntityId(entityId)) return { participants: [], found: false };
  const values = [spaceId, entityId];
  const existing = await pool.query(
    `select from ${table} e join connection c on c.key = e.connection_key where c.space_id = $1 and e.id = $2::uuid`,
    values,
  );
  if (existing.rowCount === 0) return { participants: [], found: false };
  const { rows } = await pool.query<{ address: string }>(
    `${addresses} where c.space_id = $1 and e.id = $2::uuid and a.address is not null
     order by 1 limit ${String(maxAddresses)}`,
    values,
  );
  const given = rows.map(({ address }) => address);
  return { participants: await matched(pool, spaceId, given), found: true };
}

interface MatchRow {
  readonly place: number;
  readonly person_id: string;
  readonly display_name: string | null;
}

async function matched(
  pool: Pool,
  spaceId: string,
  addresses: readonly string[],
): Promise<MatchedParticipant[]> {
  const known = addresses.map(identifierOf);
  const { rows } = await pool.query<MatchRow>(
    `select t.place::int as place, p.person_id::text as person_id, (
       select e.display_name from person e left join person_link l on l.entity_id = e.id
       where e.display_name is not null and (l.person_id = p.person_id or e.id = p.person_id)
       order by e.id limit 1
     ) as display_name
     from unnest($2::text[], $3::text[]) with ordinality as t (kind, value, place)
     cross join lateral (
       select distinct coalesce(l.person_id, i.entity_id) as person_id
       from person_identifier i left join person_link l on l.entity_id = i.entity_id
       where i.space_id = $1 and i.kind = t.kind and i.value = t.value
         and (select count(*) from person_identifier s
           where s.space_id = $1 and s.kind = t.kind and s.value = t.value) <= ${String(maxSharing)}
       order by 1 limit ${String(maxPersonsOfOne)}
     ) p order by 1, 2`,
    [spaceId, known.map(({ kind }) => kind), known.map(({ value }) => value)],
  );
  const byPlace = Map.groupBy(rows, ({ place }) => place);
  return addresses.flatMap((address, index) => {
    const persons = byPlace.get(index + 1);
    if (persons === undefined) return [{ address, personId: '', displayName: '' }];
    return persons.map(({ person_id: personId, display_name: name }) => ({
      address,
      personId,
      displayName: name ?? '',
    }));
  });
}

/** As records are known by it; of an address of another kind nobody is. */
function identifierOf(address: string): { readonly kind: string; readonly value: string } {
  const { text } = normaliseAddress(address);
  if (isE164(text)) return { kind: 'phone', value: text };
  return { kind: text.includes('@') ? 'email' : '', value: text };
}
