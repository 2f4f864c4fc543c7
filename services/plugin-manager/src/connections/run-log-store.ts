import type { RecordLogsRequest } from '@made-open/contracts';
import type { Pool } from 'pg';

const keptDays = 14;

/** Log lines of runs, kept for two weeks. */
export class RunLogStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async append({ runId, connectionId, lines }: RecordLogsRequest): Promise<void> {
    await this.#pool.query(
      `insert into run_log (run_id, connection_id, at, level, message, fields)
       select $1, $2, * from unnest($3::timestamptz[], $4::text[], $5::text[], $6::text[])`,
      [
        runId,
        connectionId,
        lines.map(({ time }) => time),
        lines.map(({ level }) => level),
        lines.map(({ message }) => clean(message)),
        lines.map(({ fieldsJson }) => clean(fieldsJson)),
      ],
    );
    await this.#pool.query(`delete from run_log where at < now() - $1 * interval '1 day'`, [
      keptDays,
    ]);
  }

  async list(runId: string, limit: number, cursor: string): Promise<object> {
    const { rows } = await this.#pool.query<{
      id: string;
      at: Date;
      level: string;
      message: string;
      fields: string;
    }>(
      "select id, at, level, message, fields from run_log where run_id = $1 and ($2 = '' or id > nullif($2, '')::bigint) order by id limit $3",
      [runId, cursor, limit + 1],
    );
    const page = rows.slice(0, limit);
    return {
      data: page.map(({ at, level, message, fields }) => ({ at, level, message, fields })),
      next_cursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
    };
  }
}

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
function clean(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed();
}
