import { ConnectionState, type ConnectionChanged } from '@made-open/contracts';
import type { Pool } from 'pg';
import { intervalMs, nextDue } from './next-due.ts';

interface ScheduleRow {
  connection_id: string;
  cron: string;
  time_zone: string;
  last_success_at: Date | null;
}

/** One schedule for each connection, from the announcements of plugin-manager. */
export class ScheduleStore {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Takes a state unless a newer one is known; says whether the connection became active just now. */
  async apply(change: ConnectionChanged): Promise<{ becameActive: boolean }> {
    const { connectionId, spaceId, pluginId, generation, schedule, timeZone, pluginType } = change;
    const isActive =
      change.state === ConnectionState.ACTIVE &&
      pluginType !== 'channel' &&
      pluginType !== 'operator';
    const before = await this.#pool.query<{ is_active: boolean; generation: number }>(
      'select is_active, generation from schedule where connection_id = $1',
      [connectionId],
    );
    const [known] = before.rows;
    if (known !== undefined && known.generation >= generation) return { becameActive: false };
    await this.#pool.query(
      `insert into schedule (connection_id, space_id, plugin_id, is_active, generation, cron, time_zone, next_due_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (connection_id) do update set is_active = $4, generation = $5, cron = $6, time_zone = $7, next_due_at = $8 where schedule.generation < $5`,
      [
        connectionId,
        spaceId,
        pluginId,
        isActive,
        generation,
        schedule,
        timeZone,
        nextDue(schedule, timeZone, new Date()),
      ],
    );
    return { becameActive: isActive && known?.is_active !== true };
  }

  /** Takes the schedules that are due and plans each anew, so that of two replicas one gets each. After a pause a schedule runs once. */
  async claimDue(now: Date): Promise<string[]> {
    const client = await this.#pool.connect();
    try {
      await client.query('begin');
      const { rows } = await client.query<ScheduleRow>(
        'select connection_id, cron, time_zone, last_success_at from schedule where is_active and next_due_at <= $1 order by next_due_at limit 100 for update skip locked',
        [now],
      );
      for (const row of rows)
        await client.query('update schedule set next_due_at = $2 where connection_id = $1', [
          row.connection_id,
          nextDue(row.cron, row.time_zone, now),
        ]);
      await client.query('commit');
      return rows.map((row) => row.connection_id);
    } catch (error) {
      await client.query('rollback');
      throw error;
    } finally {
      client.release();
    }
  }

  /** Connections whose last success is older than their interval: synced when the scheduler starts. */
  async stale(now: Date): Promise<string[]> {
    const { rows } = await this.#pool.query<ScheduleRow>(
      'select connection_id, cron, time_zone, last_success_at from schedule where is_active',
    );
    return rows
      .filter(
        (row) =>
          now.getTime() - (row.last_success_at?.getTime() ?? 0) >
          intervalMs(row.cron, row.time_zone, now),
      )
      .map((row) => row.connection_id);
  }
}
