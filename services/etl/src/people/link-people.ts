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
  /** Records younger than this wait: a transaction that began before may not be committed yet. */
  readonly lagMs?: number;
  readonly everyMs?: number;
}

interface ChangedRecord {
  readonly id: string;
  readonly space_id: string;
  readonly verified_emails: string[] | null;
  readonly phones: string[] | null;
}

const maxRecords = 500;
const defaultLagMs = 30_000;
const defaultPauseMs = 2000;

/** Connections go on where they were, in the order of their list's index: writing persons costs nothing more for it. */
const changedText = `select e.id::text as id, c.space_id, e.verified_emails, e.phones
  from connection c
  left join people_progress p on p.connection_key = c.key
  cross join lateral (
    select e.id, e.updated_at, e.verified_emails, e.phones from person e
    where e.connection_key + 0 = c.key and e.updated_at < now() - make_interval(secs => $1::float8 / 1000)
      and (e.updated_at, e.id) > (coalesce(p.updated_at, '-infinity'), coalesce(p.id, '00000000-0000-0000-0000-000000000000'))
    order by e.updated_at, e.id limit ${String(maxRecords)}
  ) e`;
const changed: Statement = {
  name: 'people_changed',
  text: `${changedText} where c.key = (select c.key from (${changedText.replace('select e.id::text as id, c.space_id, e.verified_emails, e.phones', 'select c.key')} limit 1) c)
    order by e.updated_at, e.id`,
};
const advance: Statement = {
  name: 'people_advance',
  text: `insert into people_progress (connection_key, updated_at, id)
    select connection_key, updated_at, id from person where id = $1::uuid
    on conflict (connection_key) do update set updated_at = excluded.updated_at, id = excluded.id`,
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
    const { database, pool, lagMs = defaultLagMs } = this.#options;
    const { rowCount } = await pool.query(`${changedText} limit 1`, [lagMs]);
    for (let records = rowCount ?? 0; records > 0 && !this.#isStopped;)
      records = await inTransaction(database, (session) => linkChanged(session, lagMs));
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

/** One step; says how many records it took. */
async function linkChanged(session: Session, lagMs: number): Promise<number> {
  await lockPeople(session);
  const { rows } = await session.run<ChangedRecord>(changed, [lagMs]);
  const last = rows.at(-1);
  if (last === undefined) return 0;
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
  const come = await session.run<{ id: string }>(remember, [
    ids,
    given.map(({ space_id }) => space_id),
    ...columns,
  ]);
  await regroup(session, [...new Set([...gone.rows, ...come.rows].map(({ id }) => id))]);
  await session.run(advance, [last.id]);
  return rows.length;
}
