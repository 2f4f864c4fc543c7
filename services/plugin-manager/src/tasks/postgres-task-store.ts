import type { Pool } from 'pg';
import { numericKey, pageOf, type Page, type PageRequest } from '../page.ts';
import {
  TaskStore,
  type Attempt,
  type NewTask,
  type SaveOptions,
  type Task,
  type TaskChange,
  type TaskError,
  type TaskKind,
  type TaskState,
} from './task.ts';

interface TaskRow {
  id: string;
  position: string;
  connection_id: string;
  kind: TaskKind;
  run_id: string | null;
  ids: string[];
  who: string;
  state: TaskState;
  attempts: number;
  faults: number;
  cursor: string;
  affected: number;
  refused: number;
  error: TaskError | null;
  created_at: Date;
  updated_at: Date;
}

const columns = `id, position, connection_id, kind, run_id, ids, who, state, attempts, faults, cursor,
  affected::float8 as affected, refused::float8 as refused, error, created_at, updated_at`;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;

export class PostgresTaskStore extends TaskStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    super();
    this.#pool = pool;
  }

  override add(added: NewTask): Promise<Task | undefined> {
    const { connectionId, kind, runId, ids = [], who, cursor = '', heldMs = 0 } = added;
    // Locked, so that the connection is not removed at the same moment. What a deleted one left can only be erased.
    return this.#one(
      `with there as (select id from connection where id = $1 for share),
       kept as (select id from deleted_connection where id = $1 and $2 = 'delete' for share)
       insert into task (connection_id, kind, run_id, ids, who, cursor, attempts, free_at)
       select id, $2, $3, $4, $5, $6, sign($7)::int, now() + $7 * interval '1 millisecond'
       from (select id from there union select id from kept) target
       on conflict (connection_id) where state = 'working' do nothing returning ${columns}`,
      [connectionId, kind, runId, ids, who, cursor, heldMs],
    );
  }

  override claim(forMs: number): Promise<Task | undefined> {
    return this.#one(
      `update task set attempts = attempts + 1, free_at = now() + $1 * interval '1 millisecond'
       where id = (select id from task where state = 'working' and free_at <= now()
         order by free_at limit 1 for update skip locked) returning ${columns}`,
      [forMs],
    );
  }

  override async save(
    { id, attempts }: Attempt,
    { state, cursor, affected, refused, faults, error }: TaskChange,
    { pauseMs = 0, note }: SaveOptions = {},
  ): Promise<boolean> {
    const { rowCount } = await this.#pool.query(
      `with saved as (
         update task set state = $3, cursor = $4, affected = $5, refused = $6, faults = $7, error = $8, updated_at = now(),
         free_at = now() + $9 * interval '1 millisecond' where id = $1 and attempts = $2 and state = 'working' returning id
       ), noted as (
         insert into audit (who, action, target, outcome)
         select $10::text, $11, $12, $13 from saved where $10 is not null
       ) select from saved`,
      [
        id,
        attempts,
        state,
        cursor,
        affected,
        refused,
        faults,
        error === undefined ? null : JSON.stringify(error),
        pauseMs,
        note?.who,
        note?.action,
        note?.target,
        note?.outcome,
      ],
    );
    return rowCount === 1;
  }

  override cancel(id: string, error: TaskError): Promise<Task | undefined> {
    return this.#one(
      `update task set state = 'failed', error = $2, updated_at = now()
       where id = $1 and state = 'working' returning ${columns}`,
      [id, JSON.stringify(error)],
    );
  }

  override async find(id: string): Promise<Task | undefined> {
    if (!uuid.test(id)) return undefined;
    return this.#one(`select ${columns} from task where id = $1`, [id]);
  }

  override async list(connectionId: string, page: PageRequest): Promise<Page<Task>> {
    const { rows } = await this.#pool.query<TaskRow>(
      `select ${columns} from task where connection_id = $1 and ($2::bigint is null or position < $2)
       order by position desc limit $3`,
      [connectionId, numericKey(page), page.limit + 1],
    );
    const { data, next } = pageOf(rows, page.limit, ({ position }) => position);
    return { data: data.map(taskOf), next };
  }

  override ofRun(runId: string): Promise<Task | undefined> {
    return this.#one(
      `select ${columns} from task where run_id = $1 order by position desc limit 1`,
      [runId],
    );
  }

  async #one(query: string, values: readonly unknown[]): Promise<Task | undefined> {
    const { rows } = await this.#pool.query<TaskRow>(query, [...values]);
    return rows[0] === undefined ? undefined : taskOf(rows[0]);
  }
}

function taskOf(row: TaskRow): Task {
  return {
    id: row.id,
    connectionId: row.connection_id,
    kind: row.kind,
    runId: row.run_id ?? undefined,
    ids: row.ids,
    who: row.who,
    state: row.state,
    attempts: row.attempts,
    faults: row.faults,
    cursor: row.cursor,
    affected: row.affected,
    refused: row.refused,
    error: row.error ?? undefined,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
