import { escapeIdentifier, escapeLiteral, type ClientBase } from 'pg';

/** Name of a service's schema and role: `plugin-manager` → `plugin_manager`. */
export function schemaName(service: string): string {
  return service.replaceAll('-', '_');
}

/** Makes a role and a schema of the same name that only it may use; repeating sets the password anew. */
export async function ensureServiceRole(
  administrator: ClientBase,
  service: string,
  password: string,
): Promise<void> {
  const name = schemaName(service);
  const role = escapeIdentifier(name);
  const { rowCount } = await administrator.query('select 1 from pg_roles where rolname = $1', [
    name,
  ]);
  if (rowCount === 0) await administrator.query(`create role ${role}`);
  // The administrator of a server that somebody else runs is no superuser, and may give a schema only to its own roles.
  const { rows } = await administrator.query<{ rolsuper: boolean }>(
    'select rolsuper from pg_roles where rolname = current_user',
  );
  if (rows[0]?.rolsuper !== true) await administrator.query(`grant ${role} to current_user`);
  await administrator.query(`create schema if not exists ${role} authorization ${role}`);
  await administrator.query(`alter role ${role} set search_path = ${role}, public`);
  // Last, since a service that waits for its role finds all the rest as soon as it gets in.
  await administrator.query(`alter role ${role} login password ${escapeLiteral(password)}`);
}

/** Extensions need a superuser, or an administrator whom the server trusts with them; services find them in `public`. */
export async function ensureExtensions(administrator: ClientBase): Promise<void> {
  await administrator.query('revoke create on schema public from public');
  for (const extension of ['pg_trgm', 'unaccent'])
    await administrator.query(`create extension if not exists ${extension} schema public`);
}
