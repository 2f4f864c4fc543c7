import type { DatabaseOptions } from '@made-open/postgres';
import { escapeIdentifier, escapeLiteral } from 'pg';
import type { PostgresServer } from './postgres-server.ts';

/** Name of a service's schema and role: `plugin-manager` → `plugin_manager`. */
export function schemaName(service: string): string {
  return service.replaceAll('-', '_');
}

/** Makes a role and a schema of the same name that only it may use; repeating sets the password anew. */
export async function ensureServiceDatabase(
  server: PostgresServer,
  service: string,
  password: string,
): Promise<DatabaseOptions> {
  const name = schemaName(service);
  const client = await server.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [name]);
    const role = escapeIdentifier(name);
    await client.query(
      `${rowCount === 0 ? 'create' : 'alter'} role ${role} login password ${escapeLiteral(password)}`,
    );
    await client.query(`create schema if not exists ${role} authorization ${role}`);
    await client.query(`alter role ${role} set search_path = ${role}, public`);
  } finally {
    await client.end();
  }
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
    await client.query('revoke create on schema public from public');
    for (const extension of ['pg_trgm', 'unaccent'])
      await client.query(`create extension if not exists ${extension} schema public`);
  } finally {
    await client.end();
  }
}
