import { connectionOptions, ensureExtensions, ensureServiceRole } from '@made-open/postgres';
import { Client } from 'pg';
import { whenUp } from './when-up.ts';

export interface PostgresAccess {
  /** `postgres://administrator@host:port/database`. */
  readonly url: string;
  readonly password: string;
}

/** Makes extensions, roles and schemas; repeating it sets the passwords anew. */
export async function setUpPostgres(
  access: PostgresAccess,
  passwords: Readonly<Record<string, string>>,
): Promise<void> {
  const client = await openWhenUp(access);
  try {
    await ensureExtensions(client);
    for (const [service, password] of Object.entries(passwords))
      await ensureServiceRole(client, service, password);
  } finally {
    await client.end();
  }
}

/** Resolves when a connection is to be had; who calls it has a time limit of its own. */
export function openWhenUp({ url, password }: PostgresAccess): Promise<Client> {
  const options = connectionOptions({ url, password, schema: 'public', applicationName: 'setup' });
  return whenUp('PostgreSQL', async () => {
    const client = new Client(options);
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  });
}
