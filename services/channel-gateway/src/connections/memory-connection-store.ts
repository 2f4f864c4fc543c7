import type { Connection } from './connection.ts';
import { ConnectionStore } from './connection-store.ts';

/** A store for specs. */
export class MemoryConnectionStore extends ConnectionStore {
  readonly #connections = new Map<string, Connection>();

  override apply(connection: Connection): Promise<{ isNews: boolean }> {
    const known = this.#connections.get(connection.id);
    const isNews = known === undefined || known.generation < connection.generation;
    if (isNews) this.#connections.set(connection.id, connection);
    return Promise.resolve({ isNews });
  }

  override find(id: string): Promise<Connection | undefined> {
    return Promise.resolve(this.#connections.get(id));
  }
}
