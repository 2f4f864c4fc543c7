import type { Pool } from 'pg';
import { numericKey, pageOf, type Page, type PageRequest } from '../page.ts';
import { AuditLog, type AuditedAction, type AuditEntry } from './audit-log.ts';

export class PostgresAuditLog extends AuditLog {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    super();
    this.#pool = pool;
  }

  override async append({ who, action, target }: AuditedAction, outcome: string): Promise<string> {
    const { rows } = await this.#pool.query<{ id: string }>(
      'insert into audit (who, action, target, outcome) values ($1, $2, $3, $4) returning id',
      [who, action, target, outcome],
    );
    return rows[0]?.id ?? '';
  }

  override async conclude(id: string, outcome: string, target: string): Promise<void> {
    await this.#pool.query('update audit set outcome = $2, target = $3 where id = $1', [
      id,
      outcome,
      target,
    ]);
  }

  override async list(page: PageRequest): Promise<Page<AuditEntry>> {
    const { rows } = await this.#pool.query<AuditEntry>(
      'select id, at, who, action, target, outcome from audit where $1::bigint is null or id < $1 order by id desc limit $2',
      [numericKey(page), page.limit + 1],
    );
    return pageOf(rows, page.limit, ({ id }) => id);
  }
}
