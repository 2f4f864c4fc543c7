import { ensureExtensions, ensureServiceRole } from '@made-open/postgres';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

export interface PostgresAccess {
  /** `postgres://administrator@host:port/database`. */
  readonly url: string;
  readonly password: string;
}

const retryMs = 500;

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
export async function openWhenUp({ url, password }: PostgresAccess): Promise<Client> {
  for (let attempt = 1; ; attempt++) {
    const client = new Client({ connectionString: url, password });
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined);
      if (attempt % 20 === 0)
        process.stderr.write(
          `waiting for PostgreSQL: ${error instanceof Error ? error.message : ''}\n`,
        );
      await sleep(retryMs);
    }
  }
}
