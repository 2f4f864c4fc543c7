import type { Connection } from './connection.ts';

/** The gateway's own picture of the connections, from their announcements. */
export abstract class ConnectionStore {
  /** Takes over a connection unless a newer state of it is known; says whether it did. */
  abstract apply(connection: Connection): Promise<{ isNews: boolean }>;
  /** Also a deleted one, as long as it is remembered. */
  abstract find(id: string): Promise<Connection | undefined>;
}
