import { permissionDifference, type Manifest } from '@made-open/manifest';
import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { notFound, RequestError } from '../errors.ts';

/** A version as it is pushed. */
export interface PushedVersion {
  readonly manifest: Manifest;
  readonly manifestText: string;
  readonly bundle: string;
}

export interface PluginView {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly active_version: string | null;
  readonly approved_permissions: readonly string[];
}

export interface VersionView {
  readonly id: string;
  readonly version: string;
  readonly digest: string;
  readonly state: 'awaiting_approval' | 'inactive' | 'active';
  readonly permissions_required: readonly string[];
  /** Asked for and not approved. */
  readonly permissions_added: readonly string[];
}

interface VersionRow {
  version: string;
  digest: string;
  bundle_digest: string;
  manifest: string;
  permissions: string[];
  active_version: string | null;
  approved: string[];
}

/** Plugins and their immutable versions. */
export class PluginStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Stores a version; the same content again is no change, another content under the same version is refused. */
  async push({
    manifest,
    manifestText,
    bundle,
  }: PushedVersion): Promise<{ view: VersionView; isNew: boolean }> {
    const bundleDigest = sha256(bundle);
    const digest = sha256(`${sha256(manifestText)}\n${bundleDigest}`);
    const client = await this.#pool.connect();
    try {
      await client.query('begin');
      await client.query(
        'insert into plugin (id, name, type) values ($1, $2, $3) on conflict (id) do update set name = $2',
        [manifest.id, manifest.name, manifest.type],
      );
      const isNew = await insertVersion(
        client,
        { manifest, manifestText, bundle },
        { digest, bundleDigest },
      );
      await client.query('commit');
      return { view: await this.version(manifest.id, manifest.version), isNew };
    } catch (error) {
      await client.query('rollback');
      throw error;
    } finally {
      client.release();
    }
  }

  async list(): Promise<PluginView[]> {
    const { rows } = await this.#pool.query<PluginView>(
      'select id, name, type, active_version, approved as approved_permissions from plugin order by id',
    );
    return rows;
  }

  async show(id: string): Promise<PluginView> {
    const { rows } = await this.#pool.query<PluginView>(
      'select id, name, type, active_version, approved as approved_permissions from plugin where id = $1',
      [id],
    );
    return rows[0] ?? Promise.reject(notFound('plugin', id));
  }

  async versions(id: string): Promise<VersionView[]> {
    await this.show(id);
    const { rows } = await this.#pool.query<VersionRow>(
      `${selectVersion} where v.plugin_id = $1 order by v.created_at`,
      [id],
    );
    return rows.map((row) => viewOf(id, row));
  }

  async version(id: string, version: string): Promise<VersionView> {
    return viewOf(id, await this.#row(id, version));
  }

  async manifest(
    id: string,
    version: string,
  ): Promise<{ text: string; permissions: string[]; bundleDigest: string; approved: string[] }> {
    const row = await this.#row(id, version);
    return {
      text: row.manifest,
      permissions: row.permissions,
      bundleDigest: row.bundle_digest,
      approved: row.approved,
    };
  }

  /** Adds approved permissions; only such as a version asks for. */
  async approve(id: string, version: string, permissions: readonly string[]): Promise<VersionView> {
    const row = await this.#row(id, version);
    const unasked = permissionDifference(row.permissions, permissions);
    if (unasked.length > 0)
      throw new RequestError(
        'plugin.permissions',
        422,
        `version ${version} does not ask for ${unasked.join(', ')}`,
      );
    await this.#pool.query(
      'update plugin set approved = array(select distinct unnest(approved || $2::text[]) order by 1) where id = $1',
      [id, permissions],
    );
    return this.version(id, version);
  }

  async activate(id: string, version: string): Promise<VersionView> {
    const view = await this.version(id, version);
    if (view.permissions_added.length > 0)
      throw new RequestError(
        'plugin.awaiting_approval.conflict',
        409,
        `version ${version} waits for the approval of ${view.permissions_added.join(', ')}`,
      );
    await this.#pool.query('update plugin set active_version = $2 where id = $1', [id, version]);
    return this.version(id, version);
  }

  async bundle(
    digest: string,
    offset: number,
    length: number,
  ): Promise<{ chunk: Uint8Array; totalBytes: number }> {
    const { rows } = await this.#pool.query<{ chunk: Buffer; total: number }>(
      'select substring(content from $2::int for $3::int) as chunk, length(content) as total from bundle where digest = $1',
      [digest, offset + 1, length],
    );
    const [row] = rows;
    if (row === undefined) throw notFound('bundle', digest);
    return { chunk: row.chunk, totalBytes: row.total };
  }

  async #row(id: string, version: string): Promise<VersionRow> {
    const { rows } = await this.#pool.query<VersionRow>(
      `${selectVersion} where v.plugin_id = $1 and v.version = $2`,
      [id, version],
    );
    return rows[0] ?? Promise.reject(notFound('version', `${id} ${version}`));
  }
}

const selectVersion = `select v.version, v.digest, v.bundle_digest, v.manifest, v.permissions, p.active_version, p.approved
  from plugin_version v join plugin p on p.id = v.plugin_id`;

async function insertVersion(
  client: PoolClient,
  { manifest, manifestText, bundle }: PushedVersion,
  { digest, bundleDigest }: { digest: string; bundleDigest: string },
): Promise<boolean> {
  const { rows } = await client.query<{ digest: string }>(
    'select digest from plugin_version where plugin_id = $1 and version = $2',
    [manifest.id, manifest.version],
  );
  const [known] = rows;
  if (known !== undefined && known.digest !== digest)
    throw new RequestError(
      'plugin.version_exists.conflict',
      409,
      `version ${manifest.version} of ${manifest.id} exists with other content; versions never change, raise the number`,
    );
  if (known !== undefined) return false;
  await client.query(
    'insert into bundle (digest, content) values ($1, $2) on conflict do nothing',
    [bundleDigest, Buffer.from(bundle)],
  );
  await client.query(
    'insert into plugin_version (plugin_id, version, digest, bundle_digest, manifest, permissions) values ($1, $2, $3, $4, $5, $6)',
    [manifest.id, manifest.version, digest, bundleDigest, manifestText, manifest.permissions],
  );
  return true;
}

function viewOf(id: string, row: VersionRow): VersionView {
  const added = permissionDifference(row.approved, row.permissions);
  const state =
    row.active_version === row.version
      ? 'active'
      : added.length > 0
        ? 'awaiting_approval'
        : 'inactive';
  return {
    id,
    version: row.version,
    digest: row.digest,
    state,
    permissions_required: row.permissions,
    permissions_added: added,
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
