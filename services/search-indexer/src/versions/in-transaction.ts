import type { Pool, PoolClient } from 'pg';
import { IndexRefusedError, IndexUnavailableError } from '../errors.ts';

/** Work within one transaction; a fault of the connection, or one that passes, is told apart from one of the data. */
export async function inTransaction<T>(
  pool: Pool,
  begin: string,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw new IndexUnavailableError(error);
  });
  client.on('error', ignore);
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query('commit');
    client.off('error', ignore);
    client.release();
    return result;
  } catch (error) {
    // Who cannot even roll back is broken and leaves the pool, with its listener.
    await client.query('rollback').then(
      () => client.off('error', ignore).release(),
      () => client.release(true),
    );
    throw isKnown(error) || isDataFault(error) ? error : new IndexUnavailableError(error);
  }
}

/** The query under way tells of a broken connection, too; without a listener the event would end the process. */
function ignore(): void {
  // nothing to do
}

function isKnown(error: unknown): boolean {
  return error instanceof IndexUnavailableError || error instanceof IndexRefusedError;
}

/** Data exception, constraint, limit: it will not pass by waiting. */
function isDataFault(error: unknown): boolean {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' && /^(22|23|54)/u.test(code);
}
