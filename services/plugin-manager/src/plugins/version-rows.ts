import { VersionRegisteredSchema } from '@made-open/contracts';
import { appendOutboxRows } from '@made-open/postgres';
import type { PoolClient } from 'pg';
import { sha256 } from '../bundles/digest.ts';
import { outgoing } from '../outbox.ts';
import type { Version } from './plugin.ts';
import type { NewVersion } from './plugin-store.ts';

export interface VersionRow {
  plugin_id: string;
  version: string;
  position: string;
  digest: string;
  bundle_digest: string;
  bundle_bytes: number;
  manifest: string;
  is_released: boolean;
  created_at: Date;
}

export const selectVersion = `select v.plugin_id, v.version, v.position, v.digest, v.bundle_digest, length(b.content) as bundle_bytes,
  v.manifest, v.is_released, v.created_at from plugin_version v join bundle b on b.digest = v.bundle_digest`;

export async function insertVersion(
  client: PoolClient,
  { manifest, manifestText, digest, bundle }: NewVersion,
): Promise<boolean> {
  const { id, name, type, version } = manifest;
  await client.query(
    'insert into plugin (id, name, type) values ($1, $2, $3) on conflict do nothing',
    [id, name, type],
  );
  const replaced = await client.query<{ bundle_digest: string }>(
    'delete from plugin_version where plugin_id = $1 and version = $2 and digest <> $3 and not is_released returning bundle_digest',
    [id, version, digest],
  );
  const bundleDigest = sha256(bundle);
  await client.query(
    'insert into bundle (digest, content) values ($1, $2) on conflict do nothing',
    [bundleDigest, Buffer.from(bundle)],
  );
  const { rowCount } = await client.query(
    `insert into plugin_version (plugin_id, version, digest, bundle_digest, manifest)
     values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [id, version, digest, bundleDigest, manifestText],
  );
  await dropUnusedBundles(client, [bundleDigest, ...replaced.rows.map((row) => row.bundle_digest)]);
  if (rowCount === 0) return false;
  await appendOutboxRows(client, [
    outgoing(VersionRegisteredSchema, { pluginId: id, version, digest }),
  ]);
  return true;
}

/** False, and nothing has changed: it is active or tried out, or the last one. */
export async function deleteVersion(
  client: PoolClient,
  id: string,
  version: string,
): Promise<boolean> {
  // An activation waits for this lock, and then finds no such version.
  const { rows } = await client.query<{ used: (string | null)[] }>(
    `select array[active_version, canary ->> 'version'] as used from plugin where id = $1 for update`,
    [id],
  );
  if (rows[0]?.used.includes(version) === true) return false;
  const { rows: removed } = await client.query<{ bundle_digest: string }>(
    `delete from plugin_version where plugin_id = $1 and version = $2
     and exists (select from plugin_version where plugin_id = $1 and version <> $2) returning bundle_digest`,
    [id, version],
  );
  await client.query(
    'update plugin set activated_before = array_remove(activated_before, $2) where id = $1 and $3',
    [id, version, removed.length > 0],
  );
  await dropUnusedBundles(
    client,
    removed.map((row) => row.bundle_digest),
  );
  return removed.length > 0;
}

export async function dropUnusedBundles(
  client: PoolClient,
  digests: readonly string[],
): Promise<void> {
  await client.query(
    `delete from bundle b where digest = any($1) and not exists (select from plugin_version v where v.bundle_digest = b.digest)`,
    [digests],
  );
}

export function versionOf(row: VersionRow): Version {
  return {
    pluginId: row.plugin_id,
    version: row.version,
    digest: row.digest,
    bundleDigest: row.bundle_digest,
    bundleBytes: row.bundle_bytes,
    manifestText: row.manifest,
    isReleased: row.is_released,
    createdAt: row.created_at,
  };
}
