import type { DatabaseOptions } from '@made-open/postgres';
import { classify, Session } from './session.ts';

/** Carries out work in a transaction of a session of its own, and commits it. */
export async function inTransaction<T>(
  database: DatabaseOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await Session.open(database);
  try {
    await session.command('begin');
    const result = await work(session);
    await session.command('commit');
    return result;
  } catch (error) {
    throw classify(error);
  } finally {
    // Ends the transaction too, when it was not committed.
    await session.close();
  }
}
