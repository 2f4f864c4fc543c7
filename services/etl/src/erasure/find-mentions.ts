import type { Pool } from 'pg';
import { entityModels, type EntityModel } from '../entities/entity-model.ts';

/** Of entities that name an address; `parameter` is that of the addresses. */
export interface MentioningModel {
  readonly model: EntityModel;
  readonly condition: (parameter: string) => string;
}

/** How far the search for mentions has come. */
export interface MentionPlace {
  readonly connectionKey: number;
  /** Place in `mentioningModels`. */
  readonly model: number;
  /** External id of the last entity that was looked at. */
  readonly after: string;
}

export interface Mentions {
  readonly ids: readonly string[];
  /** Undefined: there are no more entities of the model in the connection. */
  readonly after: string | undefined;
}

/** Which entities name an address, by their type. */
export const mentioningModels: readonly MentioningModel[] = [
  {
    model: entityModels.message,
    condition: (wanted) =>
      `lower(e.sender) = any (${wanted}) or ${listed('recipients', wanted)} or ${named('participants', 'address', wanted)}`,
  },
  {
    model: entityModels.calendar_event,
    condition: (wanted) =>
      `lower(e.organizer) = any (${wanted}) or ${listed('attendees', wanted)} or ${named('attendee_details', 'email', wanted)}`,
  },
  {
    model: entityModels.document,
    condition: (wanted) => `lower(e.modified_by) = any (${wanted}) or ${listed('authors', wanted)}`,
  },
];

/** Looks at the next entities of a connection, without a lock: whoever changes them has to look again. */
export async function findMentions(
  pool: Pool,
  { connectionKey, model: index, after }: MentionPlace,
  { addresses, rows: limit }: { addresses: readonly string[]; rows: number },
): Promise<Mentions> {
  const mentioning = mentioningModels[index];
  if (mentioning === undefined) return { ids: [], after: undefined };
  const { model, condition } = mentioning;
  const { rows } = await pool.query<{ found: number; last: string | null; ids: string[] }>(
    `select count(*)::int as found, max(e.external_id) as last,
       coalesce(array_agg(e.id::text) filter (where ${condition('$3::text[]')}), '{}') as ids
     from (
       select * from "${model.type}" where connection_key = $1 and external_id > $2 order by external_id limit $4
     ) e`,
    [connectionKey, after, addresses, limit],
  );
  const [row] = rows;
  const isLast = row === undefined || row.found < limit;
  return { ids: row?.ids ?? [], after: isLast ? undefined : (row.last ?? undefined) };
}

function listed(column: string, wanted: string): string {
  return `exists (select from unnest(e.${column}) as a (address) where lower(a.address) = any (${wanted}))`;
}

function named(column: string, field: string, wanted: string): string {
  return `exists (select from json_array_elements(e.${column}) a where lower(a ->> '${field}') = any (${wanted}))`;
}
