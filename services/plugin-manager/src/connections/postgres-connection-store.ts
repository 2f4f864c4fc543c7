import type { Pool, PoolClient } from 'pg';
import type { AskedTest, ConnectionTest } from '../connection-tests/connection-test.ts';
import { tellFleet } from '../fleet/lease/fleet-news.ts';
import { inTransaction } from '../in-transaction.ts';
import { pageOf, type Page, type PageRequest } from '../page.ts';
import { vacateSlots } from '../providers/slot-rows.ts';
import { announceConnections } from './announce.ts';
import type { PluggedConnection } from './connection.ts';
import { pluggedOf, selectConnections, type ConnectionRow } from './connection-rows.ts';
import {
  ConnectionStore,
  type ConnectionChange,
  type NewConnection,
  type SyncOutcome,
} from './connection-store.ts';
import {
  isOver,
  withSignal,
  type ConnectionSignals,
  type Signal,
} from './states/connection-signals.ts';
import { tellStates } from './states/tell-states.ts';
import type { DeletedConnection } from './deleted-connection.ts';

const selectDeleted = `select id, space_id as "spaceId", plugin_id as "pluginId", name, generation, deleted_at as "deletedAt"
  from deleted_connection`;

export class PostgresConnectionStore extends ConnectionStore {
  readonly #pool: Pool;
  readonly #onChange: (pluginId: string) => void;

  /** `onChange` hears of what was committed. */
  constructor(pool: Pool, onChange: (pluginId: string) => void = () => undefined) {
    super();
    this.#pool = pool;
    this.#onChange = onChange;
  }

  override async add(added: NewConnection): Promise<boolean> {
    const { id, spaceId, pluginId, name, schedule, timeZone, runSettings, webhookTokenHash } =
      added;
    const isAdded = await inTransaction(this.#pool, async (client) => {
      // Locked, so that the plugin is not removed at the same moment.
      const { rowCount } = await client.query('select 1 from plugin where id = $1 for share', [
        pluginId,
      ]);
      if (rowCount === 0) return false;
      await client.query(
        'insert into connection (id, space_id, plugin_id, name, schedule, time_zone, webhook_token_hash, run_settings, is_provider) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)',
        [
          id,
          spaceId,
          pluginId,
          name,
          schedule,
          timeZone,
          webhookTokenHash,
          JSON.stringify(runSettings),
          added.isProvider ?? false,
        ],
      );
      await announceConnections(client, [id]);
      await tellFleet(client, { pluginId, isChange: true });
      return true;
    });
    this.#onChange(pluginId);
    return isAdded;
  }

  override async list(
    { limit, after = '' }: PageRequest,
    pluginId: string | undefined,
  ): Promise<Page<PluggedConnection>> {
    const { rows } = await this.#pool.query<ConnectionRow>(
      `${selectConnections} where c.id > $1 and ($2::text is null or c.plugin_id = $2) order by c.id limit $3`,
      [after, pluginId, limit + 1],
    );
    return pageOf(rows.map(pluggedOf), limit, ({ connection }) => connection.id);
  }

  override async find(id: string): Promise<PluggedConnection | undefined> {
    const { rows } = await this.#pool.query<ConnectionRow>(`${selectConnections} where c.id = $1`, [
      id,
    ]);
    return rows[0] === undefined ? undefined : pluggedOf(rows[0]);
  }

  override async change(id: string, change: ConnectionChange, expected?: number): Promise<boolean> {
    const pluginId = await inTransaction(this.#pool, async (client) => {
      const changed = await updateConnection(client, id, { ...change, expected });
      if (changed === undefined) return undefined;
      if (change.isDeleting === true) await vacateSlots(client, id);
      await announceConnections(client, [id]);
      await tellFleet(client, { pluginId: changed, isChange: true });
      return changed;
    });
    if (pluginId !== undefined) this.#onChange(pluginId);
    return pluginId !== undefined;
  }

  override async noteOutcome(id: string, { runId, failure }: SyncOutcome): Promise<void> {
    await this.#note(id, async (client) => {
      const { rowCount } = await client.query(
        `update connection set newest_run = $2, failure = $3
         where id = $1 and (newest_run is null or newest_run <= $2)`,
        [id, runId, failure === undefined ? null : JSON.stringify(failure)],
      );
      return rowCount === 1 ? [{ kind: 'tried' }, { kind: 'released', runId }] : [];
    });
  }

  override async noteSignal(id: string, signal: Signal): Promise<void> {
    await this.#note(id, () => Promise.resolve([signal]));
  }

  /** Takes in what `work` says is new, and tells the others when the state is another one then. */
  async #note(id: string, work: (client: PoolClient) => Promise<readonly Signal[]>): Promise<void> {
    const pluginId = await inTransaction(this.#pool, async (client) => {
      const { rows } = await client.query<NotedRow>(
        'select plugin_id, newest_run, signals from connection where id = $1 for update',
        [id],
      );
      const [row] = rows;
      if (row === undefined) return undefined;
      const news = (await work(client)).filter((signal) => !isOver(signal, row.newest_run));
      await saveSignals(client, id, row.signals, news);
      return (await tellStates(client, [id])) ? row.plugin_id : undefined;
    });
    if (pluginId !== undefined) this.#onChange(pluginId);
  }

  override async askTest(id: string, asked: AskedTest): Promise<void> {
    await inTransaction(this.#pool, async (client) => {
      const { rows } = await client.query<{ plugin_id: string }>(
        'update connection set asked_test = $2 where id = $1 returning plugin_id',
        [id, JSON.stringify(asked)],
      );
      const [row] = rows;
      if (row !== undefined) await tellFleet(client, { pluginId: row.plugin_id, isChange: true });
    });
  }

  override async endTest(id: string, test: ConnectionTest): Promise<boolean> {
    let isNoted = false;
    await this.#note(id, async (client) => {
      const { rowCount } = await client.query(
        `update connection set last_test = $3, asked_test = null where id = $1 and asked_test ->> 'id' = $2`,
        [id, test.id, JSON.stringify(test)],
      );
      isNoted = rowCount === 1;
      return isNoted ? [{ kind: 'tried' }] : [];
    });
    return isNoted;
  }

  override async remove(id: string, { isDataKept }: { isDataKept: boolean }): Promise<void> {
    const pluginId = await inTransaction(this.#pool, async (client) => {
      await client.query('update connection set generation = generation + 1 where id = $1', [id]);
      await vacateSlots(client, id);
      await announceConnections(client, [id], { areDeleted: true });
      await client.query('delete from run_log where connection_id = $1', [id]);
      const { rows } = await client.query<{ plugin_id: string }>(
        `with gone as (delete from connection where id = $1 returning *), remembered as (
           insert into deleted_connection (id, space_id, plugin_id, name, generation)
           select id, space_id, plugin_id, name, generation from gone where $2
         ) select plugin_id from gone`,
        [id, isDataKept],
      );
      const [gone] = rows;
      if (gone !== undefined) await tellFleet(client, { pluginId: gone.plugin_id, isChange: true });
      return gone?.plugin_id;
    });
    if (pluginId !== undefined) this.#onChange(pluginId);
  }

  override async deleted({ limit, after = '' }: PageRequest): Promise<Page<DeletedConnection>> {
    const { rows } = await this.#pool.query<DeletedConnection>(
      `${selectDeleted} where id > $1 order by id limit $2`,
      [after, limit + 1],
    );
    return pageOf(rows, limit, ({ id }) => id);
  }

  override async findDeleted(id: string): Promise<DeletedConnection | undefined> {
    const { rows } = await this.#pool.query<DeletedConnection>(`${selectDeleted} where id = $1`, [
      id,
    ]);
    return rows[0];
  }

  override async forget(id: string): Promise<void> {
    await this.#pool.query('delete from deleted_connection where id = $1', [id]);
  }

  override async ofPlugin(pluginId: string): Promise<PluggedConnection[]> {
    const { rows } = await this.#pool.query<ConnectionRow>(
      `${selectConnections} where c.plugin_id = $1 order by c.id`,
      [pluginId],
    );
    return rows.map(pluggedOf);
  }
}

interface NotedRow {
  readonly plugin_id: string;
  readonly newest_run: string | null;
  readonly signals: ConnectionSignals;
}

async function saveSignals(
  client: PoolClient,
  id: string,
  before: ConnectionSignals,
  news: readonly Signal[],
): Promise<void> {
  const signals = news.reduce(withSignal, before);
  if (signals === before) return;
  await client.query('update connection set signals = $2 where id = $1', [
    id,
    JSON.stringify(signals),
  ]);
}

/** Gives the id of the plugin; undefined when there is no such connection of the expected generation. */
async function updateConnection(
  client: PoolClient,
  id: string,
  change: ConnectionChange & { readonly expected: number | undefined },
): Promise<string | undefined> {
  const { name, schedule, timeZone, isPaused, isDeleting, config, account, expected } = change;
  const { rows } = await client.query<{ plugin_id: string }>(
    `update connection set name = coalesce($2, name), schedule = coalesce($3, schedule), time_zone = coalesce($4, time_zone),
     is_paused = coalesce($5, is_paused), is_deleting = coalesce($13, is_deleting),
     webhook_token_hash = coalesce($16, webhook_token_hash),
     run_settings = run_settings || coalesce($15::jsonb, '{}'),
     config_fields = case when $6 > config_revision then $7 else config_fields end,
     config_gaps = case when $6 > config_revision then $8 else config_gaps end,
     failure = case when $6 > config_revision then null
       when $10 > account_revision and $11::jsonb is null and failure->>'code' like 'wallet.%' then null else failure end,
     signals = case when $6 > config_revision or ($10 > account_revision and $11::jsonb is null)
       then signals - 'sending' else signals end,
     config_revision = greatest($6, config_revision),
     reauthentication = case when $10 > account_revision then $11::jsonb
       when $14 and $6 > config_revision then null else reauthentication end,
     token_field = case when $10 > account_revision then coalesce($12, token_field) else token_field end,
     account_revision = greatest($10, account_revision),
     generation = generation + 1, updated_at = now()
     where id = $1 and generation = coalesce($9, generation) returning plugin_id`,
    [
      id,
      name,
      schedule,
      timeZone,
      isPaused,
      config?.revision,
      config?.fields,
      config?.gaps,
      expected,
      account?.revision,
      account?.refusal === undefined ? null : JSON.stringify(account.refusal),
      account?.tokenField,
      isDeleting,
      config?.hasToken,
      JSON.stringify(change.runSettings),
      change.webhookTokenHash,
    ],
  );
  return rows[0]?.plugin_id;
}
