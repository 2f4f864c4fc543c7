import type { DatabaseOptions } from '@made-open/postgres';
import { inTransaction } from '../database/in-transaction.ts';
import type { Session, Statement } from '../database/session.ts';
import { InvalidRequestError } from '../errors.ts';
import { isEntityId } from '../entities/entity-cursor.ts';
import type { Group } from './group-records.ts';
import { lockPeople, regroup } from './regroup.ts';

const maxIds = 50;

const existing: Statement = {
  name: 'people_existing',
  text: `select count(*)::int as n from person e join connection c on c.key = e.connection_key
    where c.space_id = $1 and e.id = any ($2::uuid[])`,
};
const decide: Statement = {
  name: 'people_decide',
  text: `insert into person_decision (left_id, right_id, is_same)
    select least(x.left_id, x.right_id), greatest(x.left_id, x.right_id), $3
    from unnest($1::uuid[], $2::uuid[]) as x (left_id, right_id)
    on conflict (left_id, right_id) do update set is_same = excluded.is_same, decided_at = now()`,
};
const others: Statement = {
  name: 'people_others',
  text: `select l.entity_id::text as left, o.entity_id::text as right
    from person_link l join person_link o on o.person_id = l.person_id
    where l.entity_id = any ($1::uuid[]) and o.entity_id <> all ($1::uuid[])`,
};

/** Which records a person decides about. */
export interface DecidedRecords {
  readonly spaceId: string;
  readonly entityIds: readonly string[];
}

/** Decisions of people about records, which hold against every rule until the opposite is decided. */
export class DecidePeople {
  readonly #database: DatabaseOptions;

  constructor(database: DatabaseOptions) {
    this.#database = database;
  }

  /** The records are of one person; gives the persons that they and their like make now. */
  link(records: DecidedRecords): Promise<readonly Group[]> {
    const ids = [...new Set(records.entityIds)];
    if (ids.length < 2) throw new InvalidRequestError('two persons at least are needed for a link');
    return this.#decide(records, async (session) => {
      const pairs = ids.flatMap((left, index) =>
        ids.slice(index + 1).map((right) => ({ left, right })),
      );
      await save(session, pairs, true);
      return [];
    });
  }

  /** The records are not of the person that they were linked with; gives the persons that there are now. */
  unlink(records: DecidedRecords): Promise<readonly Group[]> {
    return this.#decide(records, async (session) => {
      const { rows } = await session.run<{ left: string; right: string }>(others, [
        [...records.entityIds],
      ]);
      await save(session, rows, false);
      return rows.map(({ right }) => right);
    });
  }

  #decide(
    { spaceId, entityIds }: DecidedRecords,
    work: (session: Session) => Promise<readonly string[]>,
  ): Promise<readonly Group[]> {
    const ids = [...new Set(entityIds)];
    if (ids.length === 0 || ids.length > maxIds || !ids.every(isEntityId))
      throw new InvalidRequestError(`1 to ${String(maxIds)} ids of persons are needed`);
    return inTransaction(this.#database, async (session) => {
      await lockPeople(session);
      const { rows } = await session.run<{ n: number }>(existing, [spaceId, ids]);
      if (rows[0]?.n !== ids.length)
        throw new InvalidRequestError('one of the persons does not exist in this space');
      return regroup(session, [...ids, ...(await work(session))]);
    });
  }
}

async function save(
  session: Session,
  pairs: readonly { readonly left: string; readonly right: string }[],
  isSame: boolean,
): Promise<void> {
  await session.run(decide, [
    pairs.map(({ left }) => left),
    pairs.map(({ right }) => right),
    isSame,
  ]);
}
