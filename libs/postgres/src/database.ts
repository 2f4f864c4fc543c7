import { Kysely, PostgresDialect } from 'kysely';
import { Pool, type ClientConfig } from 'pg';

/** How a service reaches its own schema. */
export interface DatabaseOptions {
  /** `postgres://role@host:port/database`, without a password. */
  readonly url: string;
  readonly password: string;
  /** The service's schema; first in the search path. */
  readonly schema: string;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName: string;
  /** Connections of the pool; 10 unless given. */
  readonly maxConnections?: number;
}

/** A pool and the query builder on it. */
export interface Database<S> {
  readonly db: Kysely<S>;
  readonly pool: Pool;
  close(): Promise<void>;
}

/** Options of one `pg` connection to the service's schema. */
export function connectionOptions(options: DatabaseOptions): ClientConfig {
  return {
    connectionString: withPassword(options.url, options.password),
    application_name: options.applicationName,
    options: `-c search_path=${options.schema},public`,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
  };
}

/** Opens a pool; connections are made when they are needed. `onError` hears of idle connections that broke. */
export function connectDatabase<S>(
  options: DatabaseOptions,
  onError: (error: Error) => void = () => undefined,
): Database<S> {
  const pool = new Pool({ ...connectionOptions(options), max: options.maxConnections ?? 10 });
  // Without a listener a broken idle connection would end the process.
  pool.on('error', onError);
  // So would one that breaks between two statements of a transaction; the next statement tells.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<S>({ dialect: new PostgresDialect({ pool }) });
  return {
    db,
    pool,
    close: async () => {
      await db.destroy();
      // Kysely ends the pool only when it was used through Kysely.
      if (!pool.ending) await pool.end();
    },
  };
}

/** In the URL itself: what `pg` reads from a URL without a password replaces a password given beside it. */
function withPassword(url: string, password: string): string {
  const complete = new URL(url);
  complete.password = encodeURIComponent(password);
  return complete.href;
}
