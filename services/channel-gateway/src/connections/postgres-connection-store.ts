import type { Kysely, Selectable } from 'kysely';
import { orUnavailable } from '../database/or-unavailable.ts';
import type { GatewaySchema } from '../database/migrations.ts';
import { readChannel, readProvider } from './announced-connection.ts';
import type { Connection } from './connection.ts';
import { ConnectionStore } from './connection-store.ts';
import type { ConnectionTable } from './tables.ts';
import { readWebhooks } from './webhook.ts';

export class PostgresConnectionStore extends ConnectionStore {
  readonly #db: Kysely<GatewaySchema>;

  constructor(db: Kysely<GatewaySchema>) {
    super();
    this.#db = db;
  }

  override async apply(connection: Connection): Promise<{ isNews: boolean }> {
    const { id, ...values } = rowOf(connection);
    const applied = await orUnavailable(
      this.#db
        .insertInto('connection')
        .values({ id, ...values })
        .onConflict((conflict) =>
          conflict
            .column('id')
            .doUpdateSet(values)
            .where('connection.generation', '<', values.generation),
        )
        .returning('id')
        .executeTakeFirst(),
    );
    return { isNews: applied !== undefined };
  }

  override async find(id: string): Promise<Connection | undefined> {
    const row = await orUnavailable(
      this.#db.selectFrom('connection').selectAll().where('id', '=', id).executeTakeFirst(),
    );
    return row === undefined ? undefined : connectionOf(row);
  }
}

function rowOf(connection: Connection) {
  return {
    id: connection.id,
    space_id: connection.spaceId,
    plugin_id: connection.pluginId,
    plugin_type: connection.pluginType,
    plugin_version: connection.pluginVersion,
    name: connection.name,
    state: connection.state,
    generation: String(connection.generation),
    grants: [...connection.grants],
    webhooks: JSON.stringify(connection.webhooks),
    token_hash: connection.tokenHash,
    channel: connection.channel === undefined ? null : JSON.stringify(connection.channel),
    has_request_budget: connection.hasRequestBudget,
    provider: connection.provider === undefined ? null : JSON.stringify(connection.provider),
    actions: [...connection.actions],
  };
}

function connectionOf(row: Selectable<ConnectionTable>): Connection {
  return {
    id: row.id,
    spaceId: row.space_id,
    pluginId: row.plugin_id,
    pluginType: row.plugin_type,
    pluginVersion: row.plugin_version,
    name: row.name,
    state: row.state,
    generation: Number(row.generation),
    grants: row.grants,
    webhooks: readWebhooks(JSON.stringify(row.webhooks)),
    tokenHash: row.token_hash,
    channel: readChannel(row.channel === null ? '' : JSON.stringify(row.channel)),
    hasRequestBudget: row.has_request_budget,
    provider: readProvider(row.provider === null ? '' : JSON.stringify(row.provider)),
    actions: row.actions,
  };
}
