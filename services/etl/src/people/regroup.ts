import type { Session, Statement } from '../database/session.ts';
import { groupRecords, type Group, type Link } from './group-records.ts';

/** An identifier of more records than this is one of an office or a family, not of a person. */
export const maxSharing = 20;
/** Records that one look may reach through others. */
const maxReached = 5000;

const linked: Statement = {
  name: 'people_linked_before',
  text: `select o.entity_id::text as id from person_link l join person_link o on o.person_id = l.person_id
    where l.entity_id = any ($1::uuid[])`,
};
const links: Statement = {
  name: 'people_links',
  text: `select i.entity_id::text as left, o.entity_id::text as right, i.kind as rule
    from person_identifier i
    join lateral (
      select x.entity_id, count(*) over () as sharing from (
        select s.entity_id from person_identifier s
        where s.space_id = i.space_id and s.kind = i.kind and s.value = i.value limit ${String(maxSharing + 1)}
      ) x
    ) o on o.entity_id <> i.entity_id and o.sharing <= ${String(maxSharing)}
    where i.entity_id = any ($1::uuid[])
    union all
    select d.left_id::text, d.right_id::text, 'person' from person_decision d
    where d.is_same and (d.left_id = any ($1::uuid[]) or d.right_id = any ($1::uuid[]))`,
};
const separations: Statement = {
  name: 'people_separations',
  text: `select d.left_id::text as left, d.right_id::text as right from person_decision d
    where not d.is_same and d.left_id = any ($1::uuid[]) and d.right_id = any ($1::uuid[])`,
};
const known: Statement = {
  name: 'people_known',
  text: `select l.entity_id::text as id, l.person_id::text as person_id from person_link l where l.entity_id = any ($1::uuid[])`,
};
const unlink: Statement = {
  name: 'people_unlink',
  text: 'delete from person_link where entity_id = any ($1::uuid[])',
};
const link: Statement = {
  name: 'people_link',
  text: `insert into person_link as l (entity_id, person_id, rule)
    select * from unnest($1::uuid[], $2::uuid[], $3::text[])
    on conflict (entity_id) do update set person_id = excluded.person_id, rule = excluded.rule, linked_at = now()
    where (l.person_id, l.rule) is distinct from (excluded.person_id, excluded.rule)`,
};

/** One at a time: two that link the same records in another order would wait for each other. */
export async function lockPeople(session: Session): Promise<void> {
  await session.command(`select pg_advisory_xact_lock(hashtextextended('etl.people', 0))`);
}

/** Finds anew which records of all that hang together with the given ones are of the same person. */
export async function regroup(
  session: Session,
  seeds: readonly string[],
): Promise<readonly Group[]> {
  if (seeds.length === 0) return [];
  const { rows: before } = await session.run<{ id: string }>(linked, [seeds]);
  const records = new Set([...seeds, ...before.map(({ id }) => id)]);
  const found = await reach(session, records);
  const ids = [...records];
  const { rows: apart } = await session.run<{ left: string; right: string }>(separations, [ids]);
  const groups = groupRecords(
    ids,
    found,
    apart.map(({ left, right }) => [left, right]),
  );
  return keepNames(session, groups, ids);
}

/** Adds all that links lead to, and gives the links. */
async function reach(session: Session, records: Set<string>): Promise<readonly Link[]> {
  const all: Link[] = [];
  let frontier = [...records];
  while (frontier.length > 0 && records.size < maxReached) {
    const { rows } = await session.run<Link>(links, [frontier]);
    all.push(...rows);
    frontier = [
      ...new Set(rows.flatMap(({ left, right }) => [left, right]).filter((id) => !records.has(id))),
    ];
    for (const id of frontier) records.add(id);
  }
  return all;
}

/** A person keeps the id that it has, as long as one of its records is there. */
async function keepNames(
  session: Session,
  groups: readonly Group[],
  ids: readonly string[],
): Promise<readonly Group[]> {
  const { rows } = await session.run<{ id: string; person_id: string }>(known, [ids]);
  const names = new Map(rows.map(({ id, person_id }) => [id, person_id]));
  const taken = new Set<string>();
  // The oldest first: of two parts of what was one person, it keeps the name.
  const named = groups
    .toSorted((one, other) => (one.personId < other.personId ? -1 : 1))
    .map((group) => {
      const personId = group.records.length > 1 ? nameOf(group, names, taken) : group.personId;
      taken.add(personId);
      return { ...group, personId };
    });
  const several = named.filter(({ records }) => records.length > 1);
  const alone = named.filter(({ records }) => records.length === 1);
  await session.run(unlink, [alone.map(({ personId }) => personId)]);
  const rowsOf = several.flatMap(({ personId, records }) =>
    records.map(({ id, rule }) => ({ id, personId, rule })),
  );
  await session.run(link, [
    rowsOf.map(({ id }) => id),
    rowsOf.map(({ personId }) => personId),
    rowsOf.map(({ rule }) => rule),
  ]);
  return named;
}

function nameOf(
  { personId, records }: Group,
  names: ReadonlyMap<string, string>,
  taken: ReadonlySet<string>,
): string {
  const had = records.flatMap(({ id }) => names.get(id) ?? []).toSorted();
  return had.find((name) => !taken.has(name)) ?? personId;
}
