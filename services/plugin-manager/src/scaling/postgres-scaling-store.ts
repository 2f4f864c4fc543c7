import type { Pool, PoolClient } from 'pg';
import { tellFleet } from '../fleet/lease/fleet-news.ts';
import { inTransaction } from '../in-transaction.ts';
import type { ScaleReason } from './scale.ts';
import type { ScalingOverride } from './scaling-policy.ts';
import {
  keptEntries,
  noOverride,
  ScalingStore,
  type ScalingEntry,
  type ScalingFigures,
  type StoredOverride,
} from './scaling-store.ts';

interface OverrideRow {
  revision: number;
  min: number | null;
  max: number | null;
  replicas: number | null;
}

interface EntryRow {
  at: Date;
  from: number;
  to: number;
  reason: ScaleReason;
  message: string;
  figures: ScalingFigures;
}

export class PostgresScalingStore extends ScalingStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    super();
    this.#pool = pool;
  }

  override async override(pluginId: string): Promise<StoredOverride> {
    const { rows } = await this.#pool.query<OverrideRow>(
      'select revision, min, max, replicas from scaling where plugin_id = $1',
      [pluginId],
    );
    return rows[0] === undefined ? noOverride : overrideOf(rows[0]);
  }

  override setOverride(
    pluginId: string,
    wanted: ScalingOverride,
    expectedRevision?: number,
  ): Promise<StoredOverride | undefined> {
    return inTransaction(this.#pool, async (client) => {
      const row = await upsertOverride(client, pluginId, { ...wanted, expectedRevision });
      if (row !== undefined) await tellFleet(client, { pluginId, isChange: false });
      return row && overrideOf(row);
    });
  }

  override async note(pluginId: string, entry: ScalingEntry): Promise<void> {
    const { at, from, to, reason, message, figures } = entry;
    await this.#pool.query(
      `with noted as (
        insert into scaling_decision (plugin_id, at, "from", "to", reason, message, figures)
        values ($1, $2, $3, $4, $5, $6, $7))
      delete from scaling_decision where plugin_id = $1 and id <= (
        select id from scaling_decision where plugin_id = $1 order by id desc offset $8 limit 1)`,
      [pluginId, at, from, to, reason, message, JSON.stringify(figures), keptEntries - 1],
    );
  }

  override async entries(pluginId: string): Promise<readonly ScalingEntry[]> {
    const { rows } = await this.#pool.query<EntryRow>(
      `select at, "from", "to", reason, message, figures from scaling_decision
        where plugin_id = $1 order by id desc`,
      [pluginId],
    );
    return rows;
  }
}

async function upsertOverride(
  client: PoolClient,
  pluginId: string,
  {
    min,
    max,
    replicas,
    expectedRevision,
  }: ScalingOverride & { readonly expectedRevision: number | undefined },
): Promise<OverrideRow | undefined> {
  const { rows } = await client.query<OverrideRow>(
    `insert into scaling as s (plugin_id, revision, min, max, replicas)
      select $1, 1, $2::int, $3::int, $4::int
      where $5::int is null or $5 = 0 or exists (select from scaling where plugin_id = $1)
      on conflict (plugin_id) do update set revision = s.revision + 1,
        min = excluded.min, max = excluded.max, replicas = excluded.replicas
      where $5::int is null or s.revision = $5
      returning revision, min, max, replicas`,
    [pluginId, min, max, replicas, expectedRevision],
  );
  return rows[0];
}

function overrideOf({ revision, min, max, replicas }: OverrideRow): StoredOverride {
  return {
    revision,
    min: min ?? undefined,
    max: max ?? undefined,
    replicas: replicas ?? undefined,
  };
}
