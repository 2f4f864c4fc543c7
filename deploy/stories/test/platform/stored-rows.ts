import { Client, escapeIdentifier } from 'pg';
import type { Story } from './story.ts';

/** Every table of every service, as only PostgreSQL's superuser sees it. */
export class StoredRows {
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
  }

  static async of({ platform }: Story): Promise<StoredRows> {
    const client = new Client({
      host: '127.0.0.1',
      port: platform.ports.postgres,
      user: 'postgres',
      database: 'postgres',
      password: platform.secrets.postgresPassword,
    });
    await client.connect();
    return new StoredRows(client);
  }

  /** Tables of which a row holds the text in any column, in any case, as text or as bytes. */
  async tablesWith(text: string): Promise<string[]> {
    const { rows: tables } = await this.#client.query<{ schema: string; name: string }>(
      `select table_schema as schema, table_name as name from information_schema.tables
        where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
        order by 1, 2`,
    );
    const found: string[] = [];
    for (const { schema, name } of tables) {
      const { rows } = await this.#client.query<{ isThere: boolean }>(
        `select exists (select from ${escapeIdentifier(schema)}.${escapeIdentifier(name)} as entry
          where entry::text ilike '%' || $1 || '%' or entry::text like '%' || $2 || '%') as "isThere"`,
        [text, Buffer.from(text).toString('hex')],
      );
      if (rows[0]?.isThere === true) found.push(`${schema}.${name}`);
    }
    return found;
  }

  async count(schema: string, table: string): Promise<number> {
    const name = `${escapeIdentifier(schema)}.${escapeIdentifier(table)}`;
    const { rows } = await this.#client.query<{ count: number }>(
      `select count(*)::int as count from ${name}`,
    );
    return rows[0]?.count ?? 0;
  }

  /** How many rows have each value of a column. */
  async countBy(schema: string, table: string, column: string): Promise<Record<string, number>> {
    const name = `${escapeIdentifier(schema)}.${escapeIdentifier(table)}`;
    const { rows } = await this.#client.query<{ value: string; count: number }>(
      `select ${escapeIdentifier(column)}::text as value, count(*)::int as count from ${name} group by 1`,
    );
    return Object.fromEntries(rows.map(({ value, count }) => [value, count]));
  }

  close(): Promise<void> {
    return this.#client.end();
  }
}
