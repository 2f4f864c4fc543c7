import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '../in-transaction.ts';
import { InTurn } from '../in-turn.ts';
import { slotNames, type ProviderConfig, type ProviderKey, type Slot } from './provider.ts';
import {
  ProviderStore,
  type NextConfig,
  type NotedSlot,
  type WantedSlot,
} from './provider-store.ts';
import {
  announceEverySlot,
  announceSlotRows,
  slotColumns,
  slotOf,
  type SlotRow,
} from './slot-rows.ts';

const columns =
  'space_id as "spaceId", plugin_id as "pluginId", connection_id as "connectionId", settings, revision';

export class PostgresProviderStore extends ProviderStore {
  readonly #pool: Pool;
  readonly #onChange: () => void;
  readonly #turns = new InTurn();

  /** `onChange` hears of what was committed. */
  constructor(pool: Pool, onChange: () => void = () => undefined) {
    super();
    this.#pool = pool;
    this.#onChange = onChange;
  }

  override async find({ spaceId, pluginId }: ProviderKey): Promise<ProviderConfig | undefined> {
    const { rows } = await this.#pool.query<ProviderConfig>(
      `select ${columns} from provider_config where space_id = $1 and plugin_id = $2`,
      [spaceId, pluginId],
    );
    return rows[0];
  }

  override async list(spaceId: string): Promise<ProviderConfig[]> {
    const { rows } = await this.#pool.query<ProviderConfig>(
      `select ${columns} from provider_config where space_id = $1 order by plugin_id`,
      [spaceId],
    );
    return rows;
  }

  /** `work` takes further connections of the pool: one change at a time here, or those that wait would leave it none. */
  override async change(
    key: ProviderKey,
    work: (current: ProviderConfig | undefined) => Promise<NextConfig>,
  ): Promise<ProviderConfig> {
    const changed = await this.#turns.take(() =>
      inTransaction(this.#pool, async (client) => {
        // For the other managers; there may be no row yet to lock.
        await client.query('select pg_advisory_xact_lock(hashtextextended($1, 7))', [
          `provider ${key.spaceId} ${key.pluginId}`,
        ]);
        const current = await this.find(key);
        return save(client, key, await work(current));
      }),
    );
    this.#onChange();
    return changed;
  }

  override async slots(spaceId: string): Promise<Slot[]> {
    const { rows } = await this.#pool.query<SlotRow>(
      `select ${slotColumns} from provider_slot where space_id = $1`,
      [spaceId],
    );
    const known = new Map(rows.map((row) => [row.slot, slotOf(row)]));
    return slotNames.map(
      (slot) => known.get(slot) ?? { spaceId, slot, holder: undefined, revision: 0 },
    );
  }

  override async setSlot(
    { spaceId, slot, holder }: WantedSlot,
    expected?: number,
  ): Promise<Slot | undefined> {
    const { pluginId = null, connectionId = null } = holder ?? {};
    const set = await inTransaction(this.#pool, async (client) => {
      if (connectionId !== null && !(await holdsInUse(client, connectionId))) return undefined;
      await client.query(
        'insert into provider_slot (space_id, slot) values ($1, $2) on conflict do nothing',
        [spaceId, slot],
      );
      const { rows: before } = await client.query<SlotRow>(
        `select ${slotColumns} from provider_slot where space_id = $1 and slot = $2 for update`,
        [spaceId, slot],
      );
      const [row] = before;
      if (row === undefined || row.revision !== (expected ?? row.revision)) return undefined;
      if (row.connection_id === connectionId && row.plugin_id === pluginId) return slotOf(row);
      const { rows } = await client.query<SlotRow>(
        `update provider_slot set plugin_id = $3, connection_id = $4, revision = revision + 1, note = null
         where space_id = $1 and slot = $2 returning ${slotColumns}`,
        [spaceId, slot, pluginId, connectionId],
      );
      await announceSlotRows(client, rows);
      return rows.map(slotOf)[0];
    });
    this.#onChange();
    return set;
  }

  override async noteSlot({ spaceId, slot, note }: NotedSlot): Promise<void> {
    await this.#pool.query(
      `insert into provider_slot as s (space_id, slot, note) values ($1, $2, $3)
       on conflict (space_id, slot) do update set note = excluded.note where s.connection_id is null`,
      [spaceId, slot, JSON.stringify(note)],
    );
  }

  override async announceSlots(): Promise<number> {
    const slots = await inTransaction(this.#pool, announceEverySlot);
    this.#onChange();
    return slots;
  }
}

/** Whether a connection is neither held nor being deleted; until the end of the transaction it stays so. */
async function holdsInUse(client: PoolClient, connectionId: string): Promise<boolean> {
  const { rowCount } = await client.query(
    'select 1 from connection where id = $1 and not is_paused and not is_deleting for share',
    [connectionId],
  );
  return rowCount === 1;
}

async function save(
  client: PoolClient,
  { spaceId, pluginId }: ProviderKey,
  { connectionId, settings }: NextConfig,
): Promise<ProviderConfig> {
  const { rows } = await client.query<ProviderConfig>(
    `insert into provider_config as p (space_id, plugin_id, connection_id, settings) values ($1, $2, $3, $4)
     on conflict (space_id, plugin_id) do update
       set connection_id = excluded.connection_id, settings = excluded.settings, revision = p.revision + 1
     returning ${columns}`,
    [spaceId, pluginId, connectionId, JSON.stringify(settings)],
  );
  const [saved] = rows;
  if (saved === undefined) throw new TypeError(`the configuration of ${pluginId} was not stored`);
  return saved;
}
