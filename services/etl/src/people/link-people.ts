import type { DatabaseOptions } from '@made-open/postgres';
import type { Pool } from 'pg';
import { inTransaction } from '../database/in-transaction.ts';
import type { Session, Statement } from '../database/session.ts';
import { identifiersOf } from './identifiers.ts';
import { lockPeople, regroup } from './regroup.ts';

export interface LinkPeopleOptions {
  readonly database: DatabaseOptions;
  readonly pool: Pool;
  readonly onError: (error: unknown) => void;
  readonly everyMs?: number;
}

interface ChangedRecord {
  readonly id: string;
  readonly space_id: string;
  readonly verified_emails: string[] | null;
  readonly phones: string[] | null;
}

/** Records of one step, unless one mark alone has more. */
const maxRecords = 500;
const maxMarks = 200;
const defaultPauseMs = 2000;

const take: Statement = {
  name: 'people_take_marks',
  text: `delete from changed_persons where key = any (array(
      select m.key from (
        select c.key, sum(c.size) over (order by c.key) - c.size as before from (
          select key, cardinality(ids) as size from changed_persons order by key limit ${String(maxMarks)}
        ) c
      ) m where m.before < ${String(maxRecords)}
    )) returning ids, of_links`,
};
const left: Statement = {
  name: 'people_left',
  text: 'select entity_id::text as id from person_link where person_id = any ($1::uuid[])',
};
const changed: Statement = {
  name: 'people_changed',
  // Locked, so that none goes before its identifiers are stored.
  text: `select e.id::text as id, c.space_id, e.verified_emails, e.phones
    from person e join connection c on c.key = e.connection_key
    where e.id = any ($1::uuid[]) order by e.id for key share of e`,
};
const forget: Statement = {
  name: 'people_forget_identifiers',
  text: `delete from person_identifier i where i.entity_id = any ($1::uuid[])
    and not exists (
      select from unnest($2::uuid[], $3::text[], $4::text[]) as n (entity_id, kind, value)
      where n.entity_id = i.entity_id and n.kind = i.kind and n.value = i.value
    ) returning i.entity_id::text as id`,
};
const remember: Statement = {
  name: 'people_remember_identifiers',
  text: `insert into person_identifier (entity_id, space_id, kind, value)
    select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
    on conflict do nothing returning entity_id::text as id`,
};

/** Links records of the same person, behind the transactions that write them. */
export class LinkPeople {
  readonly #options: LinkPeopleOptions;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #running: Promise<void> = Promise.resolve();

  constructor(options: LinkPeopleOptions) {
    this.#options = options;
  }

  start(): void {
    this.#plan(0);
  }

  /** Finishes what is in hand. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** Takes every record that has changed since it was last looked at. */
  async linkAll(): Promise<void> {
    const { database, pool } = this.#options;
    const { rowCount } = await pool.query('select from changed_persons limit 1');
    for (let marks = rowCount ?? 0; marks > 0 && !this.#isStopped;)
      marks = await inTransaction(database, linkChanged);
  }

  #plan(pauseMs: number): void {
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#look();
    }, pauseMs);
  }

  async #look(): Promise<void> {
    try {
      await this.linkAll();
    } catch (error) {
      this.#options.onError(error);
    }
    this.#plan(this.#options.everyMs ?? defaultPauseMs);
  }
}

/** One step; says how many marks it took. What changes while it is looked at is marked anew. */
async function linkChanged(session: Session): Promise<number> {
  await lockPeople(session);
  const { rows: marks } = await session.run<{ ids: string[]; of_links: boolean }>(take, []);
  if (marks.length === 0) return 0;
  const marked = (ofLinks: boolean): string[] => [
    ...new Set(marks.filter((mark) => mark.of_links === ofLinks).flatMap(({ ids }) => ids)),
  ];
  const parted = await session.run<{ id: string }>(left, [marked(true)]);
  const seeds = [...(await renewIdentifiers(session, marked(false))), ...parted.rows];
  await regroup(session, [...new Set(seeds.map(({ id }) => id))]);
  return marks.length;
}

/** Stores what records are known by; gives those that are known by something else now. */
async function renewIdentifiers(
  session: Session,
  marked: readonly string[],
): Promise<readonly { readonly id: string }[]> {
  const { rows } = await session.run<ChangedRecord>(changed, [marked]);
  const given = rows.flatMap(({ id, space_id, verified_emails, phones }) =>
    identifiersOf(verified_emails ?? [], phones ?? []).map((each) => ({ ...each, id, space_id })),
  );
  const columns = [given.map(({ kind }) => kind), given.map(({ value }) => value)];
  const ids = given.map(({ id }) => id);
  const gone = await session.run<{ id: string }>(forget, [
    rows.map(({ id }) => id),
    ids,
    ...columns,
  ]);
  const spaces = given.map(({ space_id }) => space_id);
  const come = await session.run<{ id: string }>(remember, [ids, spaces, ...columns]);
  return [...gone.rows, ...come.rows];
}
