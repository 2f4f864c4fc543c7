import { Client } from 'pg';
import { connectionOptions, type DatabaseOptions } from '@made-open/postgres';

/** Runs work while holding the schema's lock on its indexes; false when another process holds it. */
export function aloneIn(
  database: DatabaseOptions,
): (work: () => Promise<void>) => Promise<boolean> {
  return async (work) => {
    const client = new Client(connectionOptions(database));
    client.on('error', () => undefined); // the next query tells
    await client.connect();
    try {
      const { rows } = await client.query<{ locked: boolean }>(
        'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked',
        [`indexes:${database.schema}`],
      );
      if (rows[0]?.locked !== true) return false;
      await work();
      return true;
    } finally {
      await client.end();
    }
  };
}
