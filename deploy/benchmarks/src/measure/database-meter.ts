import { Client } from 'pg';

/** What the platform's services did in PostgreSQL since the last look. */
export interface DatabaseWork {
  readonly walBytes: number;
  /** Statements by role, transaction control included. */
  readonly statements: Readonly<Record<string, number>>;
  /** Statements of etl that write entities: at most one of each kind for a frame. */
  readonly entityWrites: number;
  /** Rows that are new or changed, by schema and table. */
  readonly written: Readonly<Record<string, number>>;
  /** All rows, by schema and table. */
  readonly rows: Readonly<Record<string, number>>;
}

const schemas = ['etl', 'search_indexer'];

/** Counts statements, WAL and rows; needs the library pg_stat_statements. */
export class DatabaseMeter {
  readonly #client: Client;
  #tables: readonly string[] = [];
  #transaction = '0';
  #wal = '0/0';

  private constructor(client: Client) {
    this.#client = client;
  }

  static async connect(options: { port: number; password: string }): Promise<DatabaseMeter> {
    const client = new Client({
      host: '127.0.0.1',
      user: 'postgres',
      database: 'postgres',
      ...options,
    });
    await client.connect();
    await client.query('create extension if not exists pg_stat_statements');
    const meter = new DatabaseMeter(client);
    await meter.#findTables();
    return meter;
  }

  /** Counts from here on. */
  async begin(): Promise<void> {
    await this.#client.query('select pg_stat_statements_reset()');
    const { rows } = await this.#client.query<{ transaction: string; wal: string }>(
      'select pg_current_xact_id()::text as transaction, pg_current_wal_insert_lsn()::text as wal',
    );
    this.#transaction = rows[0]?.transaction ?? '0';
    this.#wal = rows[0]?.wal ?? '0/0';
  }

  async end(): Promise<DatabaseWork> {
    // The counting reads whole tables: the rest is asked for before.
    const walBytes = await this.#walBytes();
    const statements = await this.statements();
    const entityWrites = await this.#entityWrites();
    const written: Record<string, number> = {};
    const rows: Record<string, number> = {};
    for (const table of this.#tables) {
      const counts = await this.#count(table);
      written[table] = counts.written;
      rows[table] = counts.rows;
    }
    return { walBytes, statements, entityWrites, written, rows };
  }

  /** Messages that wait in etl's outbox. */
  async waiting(): Promise<number> {
    const { rows } = await this.#client.query<{ n: number }>(
      'select count(*)::int as n from etl.outbox',
    );
    return rows[0]?.n ?? 0;
  }

  async close(): Promise<void> {
    await this.#client.end();
  }

  async #findTables(): Promise<void> {
    const { rows } = await this.#client.query<{ name: string }>(
      `select schemaname || '.' || tablename as name from pg_tables
       where schemaname = any ($1) and tablename not like 'kysely%' order by name`,
      [schemas],
    );
    this.#tables = rows.map(({ name }) => name);
  }

  async #walBytes(): Promise<number> {
    const { rows } = await this.#client.query<{ bytes: number }>(
      'select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), $1)::float8 as bytes',
      [this.#wal],
    );
    return rows[0]?.bytes ?? 0;
  }

  /** Calls since the beginning, by role. */
  async statements(): Promise<Record<string, number>> {
    const { rows } = await this.#client.query<{ role: string; calls: number }>(
      `select r.rolname as role, sum(s.calls)::float8 as calls
       from pg_stat_statements s join pg_roles r on r.oid = s.userid
       where r.rolname = any ($1) group by r.rolname`,
      [schemas],
    );
    return Object.fromEntries(rows.map(({ role, calls }) => [role, calls]));
  }

  async #entityWrites(): Promise<number> {
    const { rows } = await this.#client.query<{ calls: number }>(
      `select coalesce(sum(s.calls), 0)::float8 as calls
       from pg_stat_statements s join pg_roles r on r.oid = s.userid
       where r.rolname = 'etl' and s.query ~* '^\\s*(copy|insert into|update|delete from) "?(person|message|calendar_event|document)"?\\s'`,
    );
    return rows[0]?.calls ?? 0;
  }

  /** A row's `xmin` is the transaction that wrote it: statistics would come seconds later. */
  async #count(table: string): Promise<{ rows: number; written: number }> {
    const { rows } = await this.#client.query<{ rows: number; written: number }>(
      `select count(*)::int as rows,
         (count(*) filter (where xmin::text::bigint >= $1::bigint))::int as written from ${table}`,
      [this.#transaction],
    );
    return rows[0] ?? { rows: 0, written: 0 };
  }
}
