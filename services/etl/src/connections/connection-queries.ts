import { allowsRead, parseGrants } from '@made-open/manifest';
import type { Pool } from 'pg';
import { FrameRefusedError, QueryError, UnknownConnectionError } from '../errors.ts';
import { carryOutSweep } from '../fence/sweep.ts';
import { lockConnection } from '../items/frame-writer.ts';

/** What runners and the manager ask about one connection. */
export class ConnectionQueries {
  readonly #pool: Pool;
  readonly #onWritten: () => void;

  constructor(pool: Pool, onWritten: () => void) {
    this.#pool = pool;
    this.#onWritten = onWritten;
  }

  /** The space whose entities the plugin may read through this connection. */
  async readableSpace(pluginId: string, connectionId: string, table: string): Promise<string> {
    const { space_id: spaceId, grants } = await this.#owned(pluginId, connectionId);
    if (!allowsRead(parseGrants(grants), table))
      throw new FrameRefusedError(`the plugin may not read ${table.slice(0, 64)}`);
    return spaceId;
  }

  async checkpoint(
    pluginId: string,
    connectionId: string,
  ): Promise<{ stateJson: string; runId: string; epoch: number }> {
    await this.#owned(pluginId, connectionId);
    const { rows } = await this.#pool.query<{ state: string; run_id: string; epoch: string }>(
      'select state::text, run_id, epoch from checkpoint where connection_id = $1',
      [connectionId],
    );
    const [row] = rows;
    return {
      stateJson: row?.state ?? '',
      runId: row?.run_id ?? '',
      epoch: Number(row?.epoch ?? 0),
    };
  }

  async quarantine(
    connectionId: string,
    { limit, cursor }: { limit: number; cursor: string },
  ): Promise<{ items: object[]; nextCursor: string }> {
    const { rows } = await this.#pool.query<{
      id: string;
      run_id: string;
      type: string;
      external_id: string;
      reason: string;
      created_at: Date;
    }>(
      `select id, run_id, type, external_id, reason, created_at from quarantine
       where connection_id = $1 and ($2 = '' or id > nullif($2, '')::uuid) order by id limit $3`,
      [connectionId, cursor, limit + 1],
    );
    const page = rows.slice(0, limit);
    return {
      items: page.map((row) => ({
        id: row.id,
        connectionId,
        runId: row.run_id,
        type: row.type,
        externalId: row.external_id,
        reason: row.reason,
        createdAt: row.created_at.toISOString(),
      })),
      nextCursor: rows.length > limit ? (page.at(-1)?.id ?? '') : '',
    };
  }

  /** Carries out or drops a held sweep, in one transaction. */
  async resolveSweep(connectionId: string, carryOut: boolean): Promise<number> {
    const client = await this.#pool.connect();
    try {
      await client.query('begin');
      const connection = await lockConnection(client, connectionId);
      if (!connection.sweepHeld)
        throw new QueryError('no sweep of this connection waits for a decision');
      const deleted = carryOut ? await carryOutSweep(client, connection) : 0;
      await client.query('update fence set sweep_held = false where connection_id = $1', [
        connectionId,
      ]);
      await client.query('commit');
      this.#onWritten();
      return deleted;
    } catch (error) {
      await client.query('rollback');
      throw error;
    } finally {
      client.release();
    }
  }

  async #owned(
    pluginId: string,
    connectionId: string,
  ): Promise<{ space_id: string; grants: string[] }> {
    const { rows } = await this.#pool.query<{
      space_id: string;
      plugin_id: string;
      grants: string[];
    }>('select space_id, plugin_id, grants from connection where id = $1', [connectionId]);
    const [row] = rows;
    if (row === undefined) throw new UnknownConnectionError(connectionId);
    if (row.plugin_id !== pluginId)
      throw new FrameRefusedError(`connection ${connectionId} does not belong to ${pluginId}`);
    return row;
  }
}
