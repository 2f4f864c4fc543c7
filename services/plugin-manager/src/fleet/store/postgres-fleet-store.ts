import type { Pool } from 'pg';
import { inTransaction } from '../../in-transaction.ts';
import type { RunnerSetStatus } from '../fleet-driver.ts';
import { tellFleet } from '../lease/fleet-news.ts';
import { FleetStore } from './fleet-store.ts';

/** JSON has neither times nor what is undefined. */
type StoredSet = Omit<RunnerSetStatus, 'startedAt' | 'fault' | 'pinned'> & {
  readonly startedAt?: string;
  readonly fault?: string;
  readonly pinned?: number;
};

export class PostgresFleetStore extends FleetStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    super();
    this.#pool = pool;
  }

  override async note(pluginId: string, sets: readonly RunnerSetStatus[]): Promise<void> {
    if (sets.length === 0) {
      await this.#pool.query('delete from runner_set where plugin_id = $1', [pluginId]);
      return;
    }
    await this.#pool.query(
      `insert into runner_set as s (plugin_id, sets) values ($1, $2)
       on conflict (plugin_id) do update set sets = excluded.sets where s.sets <> excluded.sets`,
      [pluginId, JSON.stringify(sets)],
    );
  }

  override async sets(): Promise<readonly RunnerSetStatus[]> {
    const { rows } = await this.#pool.query<{ sets: StoredSet[] }>(
      'select sets from runner_set order by plugin_id collate "C"',
    );
    return rows.flatMap(({ sets }) => sets.map(statusOf));
  }

  override async askReset(pluginId: string): Promise<void> {
    await inTransaction(this.#pool, async (client) => {
      await client.query(
        `insert into runner_reset (plugin_id) values ($1)
         on conflict (plugin_id) do update set asked = default`,
        [pluginId],
      );
      await tellFleet(client, { pluginId, isChange: true });
    });
  }

  override async askedReset(pluginId: string): Promise<string | undefined> {
    const { rows } = await this.#pool.query<{ asked: string }>(
      'select asked from runner_reset where plugin_id = $1',
      [pluginId],
    );
    return rows[0]?.asked;
  }

  override async endReset(pluginId: string, asked: string): Promise<void> {
    await this.#pool.query('delete from runner_reset where plugin_id = $1 and asked = $2', [
      pluginId,
      asked,
    ]);
  }
}

function statusOf({ startedAt, ...set }: StoredSet): RunnerSetStatus {
  return {
    fault: undefined,
    pinned: undefined,
    ...set,
    startedAt: startedAt === undefined ? undefined : new Date(startedAt),
  };
}
