import type { Pool } from 'pg';

/** Every write of the admin API: who did what to what, never with values. */
export class AuditLog {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async append(who: string, action: string, target: string, outcome = 'done'): Promise<void> {
    await this.#pool.query(
      'insert into audit (who, action, target, outcome) values ($1, $2, $3, $4)',
      [who, action, target, outcome],
    );
  }

  async list(
    limit: number,
    cursor: string,
  ): Promise<{ data: object[]; next_cursor: string | null }> {
    const { rows } = await this.#pool.query<{
      id: string;
      at: Date;
      who: string;
      action: string;
      target: string;
      outcome: string;
    }>(
      "select * from audit where ($1 = '' or id < nullif($1, '')::bigint) order by id desc limit $2",
      [cursor, limit + 1],
    );
    const page = rows.slice(0, limit);
    return { data: page, next_cursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
  }
}
