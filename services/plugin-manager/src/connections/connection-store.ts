import { seal, writeEvents, type Bus } from '@made-open/bus';
import {
  ConnectionChangedSchema,
  ConnectionState,
  routeSubject,
  WalletService,
} from '@made-open/contracts';
import { readManifest, validateConfig } from '@made-open/manifest';
import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { notFound, RequestError } from '../errors.ts';

export interface ConnectionView {
  readonly id: string;
  readonly plugin_id: string;
  readonly name: string;
  readonly space_id: string;
  readonly state: 'active' | 'inactive' | 'paused';
  /** Why it is not active. */
  readonly reasons: readonly string[];
  readonly schedule: string;
  readonly time_zone: string;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface ConnectionChange {
  readonly name?: string | undefined;
  readonly config?: Record<string, unknown> | undefined;
  readonly schedule?: string | undefined;
  readonly time_zone?: string | undefined;
  readonly paused?: boolean | undefined;
}

interface Row {
  id: string;
  space_id: string;
  plugin_id: string;
  name: string;
  is_paused: boolean;
  is_deleted: boolean;
  missing: string[];
  generation: number;
  schedule: string;
  time_zone: string;
  created_at: Date;
  updated_at: Date;
  active_version: string | null;
  manifest: string | null;
  approved: string[];
  type: string;
}

/** Connections: a plugin with a config and a state. The config itself goes to the wallet and is not kept here. */
export class ConnectionStore {
  readonly #pool: Pool;
  readonly #bus: Bus;
  readonly #walletKey: Uint8Array;
  readonly #onChange: (pluginId: string) => void;

  constructor(pool: Pool, bus: Bus, walletKey: Uint8Array, onChange: (pluginId: string) => void) {
    this.#pool = pool;
    this.#bus = bus;
    this.#walletKey = walletKey;
    this.#onChange = onChange;
  }

  async create(given: {
    plugin_id: string;
    name: string;
    config: Record<string, unknown>;
    schedule: string;
    time_zone: string;
    space_id: string;
  }): Promise<ConnectionView> {
    const manifest = await this.#manifest(given.plugin_id);
    const missing = checkConfig(manifest, given.config);
    const id = randomUUID();
    await this.#putConfig({ id, pluginId: given.plugin_id, spaceId: given.space_id }, given.config);
    await this.#write(given.plugin_id, async (client) => {
      await client.query(
        'insert into connection (id, space_id, plugin_id, name, missing, schedule, time_zone) values ($1, $2, $3, $4, $5, $6, $7)',
        [id, given.space_id, given.plugin_id, given.name, missing, given.schedule, given.time_zone],
      );
      await announce(client, id);
    });
    return this.show(id);
  }

  async list(
    limit: number,
    cursor: string,
  ): Promise<{ data: ConnectionView[]; next_cursor: string | null }> {
    const { rows } = await this.#pool.query<Row>(
      `${select} where not c.is_deleted and c.id > $1 order by c.id limit $2`,
      [cursor, limit + 1],
    );
    const page = rows.slice(0, limit);
    return {
      data: page.map(viewOf),
      next_cursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
    };
  }

  async show(id: string): Promise<ConnectionView> {
    const { rows } = await this.#pool.query<Row>(`${select} where c.id = $1 and not c.is_deleted`, [
      id,
    ]);
    return rows[0] === undefined ? Promise.reject(notFound('connection', id)) : viewOf(rows[0]);
  }

  async change(id: string, change: ConnectionChange): Promise<ConnectionView> {
    const { plugin_id: pluginId, space_id: spaceId } = await this.show(id);
    let missing: string[] | undefined;
    if (change.config !== undefined) {
      missing = checkConfig(await this.#manifest(pluginId), change.config);
      await this.#putConfig({ id, pluginId, spaceId }, change.config);
    }
    await this.#write(pluginId, async (client) => {
      await client.query(
        `update connection set name = coalesce($2, name), schedule = coalesce($3, schedule), time_zone = coalesce($4, time_zone),
         is_paused = coalesce($5, is_paused), missing = coalesce($6, missing), generation = generation + 1, updated_at = now() where id = $1`,
        [id, change.name, change.schedule, change.time_zone, change.paused, missing],
      );
      await announce(client, id);
    });
    return this.show(id);
  }

  /** Removes a connection and its config; what it brought stays until it is erased. */
  async remove(id: string): Promise<void> {
    const { plugin_id: pluginId, space_id: spaceId } = await this.show(id);
    await this.#write(pluginId, async (client) => {
      await client.query(
        'update connection set is_deleted = true, generation = generation + 1, updated_at = now() where id = $1',
        [id],
      );
      await announce(client, id);
    });
    await this.#bus.call(WalletService.method.deleteConfig, { connectionId: id, spaceId });
  }

  /** Announces every connection of a plugin anew: its version or permissions changed. */
  async announcePlugin(pluginId: string): Promise<void> {
    await this.#write(pluginId, async (client) => {
      const { rows } = await client.query<{ id: string }>(
        'update connection set generation = generation + 1 where plugin_id = $1 and not is_deleted returning id',
        [pluginId],
      );
      for (const { id } of rows) await announce(client, id);
    });
  }

  /** Plugins that need a runner: active ones with an active connection. */
  async desiredRunners(): Promise<{ pluginId: string; version: string; fingerprint: string }[]> {
    const { rows } = await this.#pool.query<Row>(`${select} where not c.is_deleted`);
    const wanted = new Map<string, { pluginId: string; version: string; fingerprint: string }>();
    for (const row of rows)
      if (viewOf(row).state === 'active' && row.active_version !== null)
        wanted.set(row.plugin_id, {
          pluginId: row.plugin_id,
          version: row.active_version,
          fingerprint: `${row.active_version} ${row.approved.join(' ')}`,
        });
    return [...wanted.values()];
  }

  /** The value crosses NATS only sealed to the wallet's key. */
  async #putConfig(
    { id, pluginId, spaceId }: { id: string; pluginId: string; spaceId: string },
    config: Record<string, unknown>,
  ): Promise<void> {
    const box = await seal(
      this.#walletKey,
      ['madeopen-config-put-v1', spaceId, id, pluginId],
      JSON.stringify(config),
    );
    await this.#bus.call(WalletService.method.putConfig, {
      spaceId,
      connectionId: id,
      pluginId,
      config: box,
    });
  }

  async #manifest(pluginId: string): Promise<string> {
    const { rows } = await this.#pool.query<{ manifest: string }>(
      `select v.manifest from plugin p join plugin_version v on v.plugin_id = p.id where p.id = $1 order by (v.version = p.active_version) desc nulls last, v.created_at desc limit 1`,
      [pluginId],
    );
    return rows[0]?.manifest ?? Promise.reject(notFound('plugin', pluginId));
  }

  async #write(pluginId: string, work: (client: PoolClient) => Promise<void>): Promise<void> {
    const client = await this.#pool.connect();
    try {
      await client.query('begin');
      await work(client);
      await client.query('commit');
    } catch (error) {
      await client.query('rollback');
      throw error;
    } finally {
      client.release();
    }
    this.#onChange(pluginId);
  }
}

const select = `select c.*, p.active_version, p.approved, p.type, v.manifest from connection c join plugin p on p.id = c.plugin_id
  left join plugin_version v on v.plugin_id = p.id and v.version = p.active_version`;

function checkConfig(manifestText: string, config: Record<string, unknown>): string[] {
  const { missing, errors } = validateConfig(readManifest(manifestText), config);
  if (errors.length > 0)
    throw new RequestError(
      'config.invalid',
      422,
      'the config does not fit the plugin’s configSchema',
      { errors },
    );
  return missing;
}

function viewOf(row: Row): ConnectionView {
  const reasons = [
    ...row.missing.map((field) => `the config field "${field}" is missing`),
    ...(row.active_version === null ? ['the plugin has no active version'] : []),
  ];
  return {
    id: row.id,
    plugin_id: row.plugin_id,
    name: row.name,
    space_id: row.space_id,
    state: reasons.length > 0 ? 'inactive' : row.is_paused ? 'paused' : 'active',
    reasons,
    schedule: row.schedule,
    time_zone: row.time_zone,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

const states = {
  active: ConnectionState.ACTIVE,
  inactive: ConnectionState.INACTIVE,
  paused: ConnectionState.PAUSED,
};
const subject = routeSubject(ConnectionChangedSchema);

/** The whole state in one event, in the transaction that changed it. */
async function announce(client: PoolClient, id: string): Promise<void> {
  const { rows } = await client.query<Row>(`${select} where c.id = $1`, [id]);
  const [row] = rows;
  if (row === undefined) return;
  const requested = row.manifest === null ? [] : readManifest(row.manifest).permissions;
  const message = {
    connectionId: row.id,
    spaceId: row.space_id,
    pluginId: row.plugin_id,
    pluginVersion: row.active_version ?? '',
    state: row.is_deleted ? ConnectionState.DELETED : states[viewOf(row).state],
    grants: requested.filter((permission) => row.approved.includes(permission)),
    generation: row.generation,
    schedule: row.schedule,
    timeZone: row.time_zone,
    mappingVersion: 1,
    pluginType: row.type,
    name: row.name,
  };
  await client.query('insert into outbox (subject, payload) values ($1, $2)', [
    subject,
    writeEvents(ConnectionChangedSchema, { type: subject, source: 'plugin-manager' }, [
      { message },
    ]),
  ]);
}
