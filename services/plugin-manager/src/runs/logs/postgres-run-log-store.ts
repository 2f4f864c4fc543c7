import type { Pool } from 'pg';
import { numericKey, pageOf, type Page, type PageRequest } from '../../page.ts';
import {
  RunLogStore,
  type ConnectionLogLine,
  type RunLogBatch,
  type RunLogLine,
  type RunLogSize,
} from './run-log-store.ts';

export class PostgresRunLogStore extends RunLogStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    super();
    this.#pool = pool;
  }

  override async append({ runId, connectionId, lines }: RunLogBatch): Promise<void> {
    await this.#pool.query(
      `insert into run_log (run_id, connection_id, at, level, message, fields)
       select $1, $2, * from unnest($3::timestamptz[], $4::text[], $5::text[], $6::text[])`,
      [
        runId,
        connectionId,
        lines.map(({ at }) => at),
        lines.map(({ level }) => level),
        lines.map(({ message }) => message),
        lines.map(({ fields }) => fields),
      ],
    );
  }

  override async list(runId: string, page: PageRequest): Promise<Page<RunLogLine>> {
    const { rows } = await this.#pool.query<RunLogLine & { id: string }>(
      'select id, at, level, message, fields from run_log where run_id = $1 and id > coalesce($2::bigint, 0) order by id limit $3',
      [runId, numericKey(page), page.limit + 1],
    );
    const { data, next } = pageOf(rows, page.limit, ({ id }) => id);
    return {
      data: data.map(({ at, level, message, fields }) => ({ at, level, message, fields })),
      next,
    };
  }

  override async listOf(connectionId: string, page: PageRequest): Promise<Page<ConnectionLogLine>> {
    const { rows } = await this.#pool.query<ConnectionLogLine & { id: string }>(
      `select id, run_id as "runId", at, level, message, fields from run_log
       where connection_id = $1 and ($2::bigint is null or id < $2) order by id desc limit $3`,
      [connectionId, numericKey(page), page.limit + 1],
    );
    const { data, next } = pageOf(rows, page.limit, ({ id }) => id);
    return {
      data: data.map(({ runId, at, level, message, fields }) => ({
        runId,
        at,
        level,
        message,
        fields,
      })),
      next,
    };
  }

  override async size(runId: string): Promise<RunLogSize> {
    const { rows } = await this.#pool.query<RunLogSize>(
      `select count(*)::int as lines, coalesce(sum(octet_length(message) + octet_length(fields)), 0)::int as bytes
       from run_log where run_id = $1`,
      [runId],
    );
    return rows[0] ?? { lines: 0, bytes: 0 };
  }

  override async removeOlderThan(time: Date): Promise<void> {
    await this.#pool.query('delete from run_log where at < $1', [time]);
  }

  override async removeBeyond(bytesOfConnection: number): Promise<void> {
    await this.#pool.query(
      `delete from run_log where id in (
         select id from (
           select id, sum(octet_length(message) + octet_length(fields)) over (partition by connection_id order by id desc) as bytes
           from run_log
         ) as newer where bytes > $1
       )`,
      [bytesOfConnection],
    );
  }
}
