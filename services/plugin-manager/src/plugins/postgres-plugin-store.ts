import type { Pool, PoolClient } from 'pg';
import { announcePlugin } from '../connections/announce.ts';
import { tellFleet } from '../fleet/lease/fleet-news.ts';
import { inTransaction } from '../in-transaction.ts';
import { numericKey, pageOf, type Page, type PageRequest } from '../page.ts';
import type { Canary, CanaryEnd, CanaryTally, CountedRun } from '../versions/canary/canary.ts';
import {
  deleteCanary,
  insertCanary,
  insertRun,
  readTally,
} from '../versions/canary/canary-rows.ts';
import type { Plugin, PluginAccount, Version } from './plugin.ts';
import {
  PluginStore,
  type BundleChunk,
  type BundlePart,
  type NamedVersion,
  type NewVersion,
} from './plugin-store.ts';
import {
  endOvertaken,
  hasOther,
  lockPlugin,
  pluginOf,
  selectPlugin,
  setActive,
  type PluginRow,
} from './plugin-rows.ts';
import {
  deleteVersion,
  dropUnusedBundles,
  insertVersion,
  selectVersion,
  versionOf,
  type VersionRow,
} from './version-rows.ts';

export class PostgresPluginStore extends PluginStore {
  readonly #pool: Pool;
  readonly #onChange: (pluginId: string) => void;

  /** `onChange` hears of what was committed. */
  constructor(pool: Pool, onChange: (pluginId: string) => void = () => undefined) {
    super();
    this.#pool = pool;
    this.#onChange = onChange;
  }

  override async add(version: NewVersion): Promise<boolean> {
    const { id } = version.manifest;
    const isNew = await this.#inTransaction(id, (client) => insertVersion(client, version));
    this.#onChange(id);
    return isNew;
  }

  override async plugins({ limit, after = '' }: PageRequest): Promise<Page<Plugin>> {
    const { rows } = await this.#pool.query<PluginRow>(
      `${selectPlugin} where id > $1 order by id limit $2`,
      [after, limit + 1],
    );
    return pageOf(rows.map(pluginOf), limit, ({ id }) => id);
  }

  override async plugin(id: string): Promise<Plugin | undefined> {
    const { rows } = await this.#pool.query<PluginRow>(`${selectPlugin} where id = $1`, [id]);
    return rows[0] === undefined ? undefined : pluginOf(rows[0]);
  }

  override async versions(id: string, page: PageRequest): Promise<Page<Version>> {
    const { rows } = await this.#pool.query<VersionRow>(
      `${selectVersion} where v.plugin_id = $1 and ($2::bigint is null or v.position < $2) order by v.position desc limit $3`,
      [id, numericKey(page), page.limit + 1],
    );
    const { data, next } = pageOf(rows, page.limit, ({ position }) => position);
    return { data: data.map(versionOf), next };
  }

  override async version(id: string, version: string): Promise<Version | undefined> {
    const { rows } = await this.#pool.query<VersionRow>(
      `${selectVersion} where v.plugin_id = $1 and v.version = $2`,
      [id, version],
    );
    return rows[0] === undefined ? undefined : versionOf(rows[0]);
  }

  override async release(id: string, version: string, digest: string): Promise<boolean> {
    const { rowCount } = await this.#pool.query(
      'update plugin_version set is_released = true where plugin_id = $1 and version = $2 and digest = $3',
      [id, version, digest],
    );
    return rowCount === 1;
  }

  override approve(id: string, permissions: readonly string[]): Promise<void> {
    return this.#changeApproved(
      'select unnest(approved) union select unnest($2::text[])',
      id,
      permissions,
    );
  }

  override revoke(id: string, permissions: readonly string[]): Promise<void> {
    return this.#changeApproved(
      'select unnest(approved) except select unnest($2::text[])',
      id,
      permissions,
    );
  }

  async #changeApproved(select: string, id: string, permissions: readonly string[]): Promise<void> {
    await this.#inTransaction(id, async (client) => {
      await client.query(`update plugin set approved = array(${select} order by 1) where id = $1`, [
        id,
        permissions,
      ]);
      await announcePlugin(client, id);
    });
    this.#onChange(id);
  }

  override async activate(
    id: string,
    to: NamedVersion | undefined,
    isRollback = false,
  ): Promise<void> {
    await this.#inTransaction(id, async (client) => {
      // Locked, so that the version is not removed at the same moment.
      const row = await lockPlugin(client, id);
      if (row === undefined || !(await hasOther(client, row, to))) return;
      await endOvertaken(client, row, to?.version);
      await setActive(client, row, to, isRollback);
      await announcePlugin(client, id);
    });
    this.#onChange(id);
  }

  override async startCanary(id: string, canary: Canary): Promise<boolean> {
    const isStarted = await this.#inTransaction(id, async (client) => {
      const row = await lockPlugin(client, id);
      if (row === undefined || row.active_version === null) return false;
      const before = row.canary?.version ?? '';
      if (before !== canary.version) await endOvertaken(client, row, undefined);
      await insertCanary(client, id, { canary, before, activeVersion: row.active_version });
      await announcePlugin(client, id);
      return true;
    });
    if (isStarted) this.#onChange(id);
    return isStarted;
  }

  override async endCanary(id: string, end: CanaryEnd, promotedName?: string): Promise<boolean> {
    const isEnded = await this.#inTransaction(id, async (client) => {
      const row = await lockPlugin(client, id);
      if (row?.canary?.version !== end.version) return false;
      await deleteCanary(client, id, end);
      if (promotedName !== undefined)
        await setActive(client, row, { version: end.version, name: promotedName });
      await announcePlugin(client, id);
      return true;
    });
    if (isEnded) this.#onChange(id);
    return isEnded;
  }

  override countRun(run: CountedRun): Promise<boolean> {
    return insertRun(this.#pool, run);
  }

  override canaryTally(id: string): Promise<CanaryTally> {
    return readTally(this.#pool, id);
  }

  override async setStopped(id: string, isStopped: boolean): Promise<boolean> {
    const isChanged = await this.#inTransaction(id, async (client) => {
      const { rows } = await client.query<{ is_news: boolean }>(
        `with before as (select id, is_stopped from plugin where id = $1 for update)
         update plugin p set is_stopped = $2 from before where p.id = before.id
         returning before.is_stopped <> $2 as is_news`,
        [id, isStopped],
      );
      const isNews = rows[0]?.is_news === true;
      if (isNews || (isStopped && rows.length === 1)) await announcePlugin(client, id);
      return isNews;
    });
    if (isChanged) this.#onChange(id);
    return isChanged;
  }

  override removeVersion(id: string, version: string): Promise<boolean> {
    return inTransaction(this.#pool, (client) => deleteVersion(client, id, version));
  }

  override async setAccount(id: string, account: PluginAccount | undefined): Promise<void> {
    await this.#inTransaction(id, async (client) => {
      const text = account === undefined ? null : JSON.stringify(account);
      await client.query('update plugin set account = $2 where id = $1', [id, text]);
      if (account === undefined)
        await client.query(
          'update connection set reauthentication = null, token_field = null where plugin_id = $1',
          [id],
        );
      await announcePlugin(client, id);
    });
    this.#onChange(id);
  }

  override async remove(id: string): Promise<boolean> {
    const isRemoved = await this.#inTransaction(id, async (client) => {
      // A connection that is made now waits for this lock, and then finds no plugin.
      await client.query('select 1 from plugin where id = $1 for update', [id]);
      const used = await client.query('select 1 from connection where plugin_id = $1 limit 1', [
        id,
      ]);
      if (used.rowCount !== 0) return false;
      const { rows } = await client.query<{ bundle_digest: string }>(
        'delete from plugin_version where plugin_id = $1 returning bundle_digest',
        [id],
      );
      await client.query('delete from plugin where id = $1', [id]);
      await dropUnusedBundles(
        client,
        rows.map((row) => row.bundle_digest),
      );
      return true;
    });
    this.#onChange(id);
    return isRemoved;
  }

  /** Whoever keeps the runners hears of it with the commit, unless the answer is that nothing changed. */
  #inTransaction<T>(pluginId: string, work: (client: PoolClient) => Promise<T>): Promise<T> {
    return inTransaction(this.#pool, async (client) => {
      const result = await work(client);
      if (result !== false) await tellFleet(client, { pluginId, isChange: true });
      return result;
    });
  }

  override async bundle(
    id: string,
    digest: string,
    { offset, lengthBytes }: BundlePart,
  ): Promise<BundleChunk | undefined> {
    const { rows } = await this.#pool.query<{ chunk: Buffer; total: number }>(
      `select substring(content from $3::int for $4::int) as chunk, length(content) as total from bundle
       where digest = $2 and exists (select from plugin_version where plugin_id = $1 and bundle_digest = $2)`,
      [id, digest, offset + 1, lengthBytes],
    );
    const [row] = rows;
    return row === undefined ? undefined : { chunk: row.chunk, totalBytes: row.total };
  }
}
