import { VersionActivatedSchema } from '@made-open/contracts';
import { appendOutboxRows } from '@made-open/postgres';
import type { PoolClient } from 'pg';
import { outgoing } from '../outbox.ts';
import { historyAfter } from '../versions/activation-history.ts';
import { overtaken, type Canary, type EndedCanary } from '../versions/canary/canary.ts';
import { deleteCanary } from '../versions/canary/canary-rows.ts';
import type { Plugin, PluginAccount } from './plugin.ts';
import type { NamedVersion } from './plugin-store.ts';

export interface PluginRow {
  id: string;
  name: string;
  type: string;
  active_version: string | null;
  approved: string[];
  account: PluginAccount | null;
  activated_before: string[];
  canary: Canary | null;
  last_canary: EndedCanary | null;
  created_at: Date;
}

export const selectPlugin =
  'select id, name, type, active_version, approved, account, activated_before, canary, last_canary, created_at from plugin';

/** Whether there is such a version, or none is wanted, and that is not so already. */
export async function hasOther(
  client: PoolClient,
  { id, active_version: active }: PluginRow,
  named: NamedVersion | undefined,
): Promise<boolean> {
  if (named === undefined) return active !== null;
  if (named.version === active) return false;
  const { rowCount } = await client.query(
    'select 1 from plugin_version where plugin_id = $1 and version = $2',
    [id, named.version],
  );
  return rowCount === 1;
}

async function announceVersion(client: PoolClient, id: string, version: string): Promise<void> {
  const { rows } = await client.query<{ digest: string }>(
    'select digest from plugin_version where plugin_id = $1 and version = $2',
    [id, version],
  );
  const message = { pluginId: id, version, digest: rows[0]?.digest ?? '' };
  await appendOutboxRows(client, [outgoing(VersionActivatedSchema, message)]);
}

/** The plugin's row is locked, and there is such a version. */
export async function setActive(
  client: PoolClient,
  row: PluginRow,
  to: NamedVersion | undefined,
  isRollback = false,
): Promise<void> {
  const history = historyAfter(pluginOf(row), to?.version, isRollback);
  await client.query(
    'update plugin set active_version = $2, name = coalesce($3, name), activated_before = $4, is_stopped = false where id = $1',
    [row.id, to?.version, to?.name, history],
  );
  if (to !== undefined) await announceVersion(client, row.id, to.version);
}

export function pluginOf(row: PluginRow): Plugin {
  return {
    id: row.id,
    name: row.name,
    type: row.type,
    activeVersion: row.active_version ?? undefined,
    approved: row.approved,
    account: row.account ?? undefined,
    activatedBefore: row.activated_before,
    canary: row.canary ?? undefined,
    lastCanary: row.last_canary ?? undefined,
    createdAt: row.created_at,
  };
}

export async function lockPlugin(client: PoolClient, id: string): Promise<PluginRow | undefined> {
  const { rows } = await client.query<PluginRow>(`${selectPlugin} where id = $1 for update`, [id]);
  return rows[0];
}

export async function endOvertaken(
  client: PoolClient,
  { id, canary }: PluginRow,
  version: string | undefined,
): Promise<void> {
  if (canary !== null) await deleteCanary(client, id, overtaken(canary.version, version));
}
