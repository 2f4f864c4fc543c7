import { Client, escapeIdentifier } from 'pg';
import type { Story } from './story.ts';

/** Holds a table of a service, so that whoever reads or writes it waits until it is let go. */
export class LockedTable {
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
  }

  /** With `mayBeRead` it is only written to by nobody else. */
  static async lock(
    { platform }: Story,
    schema: string,
    table: string,
    { mayBeRead = false } = {},
  ): Promise<LockedTable> {
    const client = new Client({
      host: '127.0.0.1',
      port: platform.ports.postgres,
      user: 'postgres',
      database: 'postgres',
      password: platform.secrets.postgresPassword,
    });
    await client.connect();
    const name = `${escapeIdentifier(schema)}.${escapeIdentifier(table)}`;
    const mode = mayBeRead ? 'exclusive' : 'access exclusive';
    await client.query(`begin; lock table ${name} in ${mode} mode`);
    return new LockedTable(client);
  }

  /** Ends the connection, and with it the transaction. */
  letGo(): Promise<void> {
    return this.#client.end();
  }
}
