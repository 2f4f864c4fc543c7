import {
  ensureExtensions as ensureExtensionsBy,
  ensureServiceRole,
  schemaName,
  type DatabaseOptions,
} from '@made-open/postgres';
import type { PostgresServer } from './postgres-server.ts';

/** Makes a role and a schema of the same name that only it may use; repeating sets the password anew. */
export async function ensureServiceDatabase(
  server: PostgresServer,
  service: string,
  password: string,
): Promise<DatabaseOptions> {
  const client = await server.connect();
  try {
    await ensureServiceRole(client, service, password);
  } finally {
    await client.end();
  }
  const name = schemaName(service);
  return {
    url: `postgres://${name}@127.0.0.1:${String(server.port)}/postgres`,
    password,
    schema: name,
    applicationName: service,
  };
}

/** Extensions need a superuser; services find them in the schema public. */
export async function ensureExtensions(server: PostgresServer): Promise<void> {
  const client = await server.connect();
  try {
    await ensureExtensionsBy(client);
  } finally {
    await client.end();
  }
}
