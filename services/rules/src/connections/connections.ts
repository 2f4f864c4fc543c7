import { ConnectionState, type ConnectionChanged } from '@made-open/contracts';
import { sql, type Kysely } from 'kysely';
import type { PluginOperator } from '../definitions/plugin-operator.ts';
import type { RulesTables } from '../tables.ts';

/** A connection that can be asked for an operator. */
export interface OperatorConnection {
  readonly connectionId: string;
  readonly pluginId: string;
  readonly hasBudget: boolean;
}

/** Why none can be asked, or not one alone. */
export interface NoConnection {
  readonly fault: string;
}

/** The connections as plugin-manager announced them. */
export class Connections {
  readonly #db: Kysely<RulesTables>;

  constructor(db: Kysely<RulesTables>) {
    this.#db = db;
  }

  /** An announcement that is older than what is known changes nothing. */
  async apply(change: ConnectionChanged): Promise<void> {
    const row = {
      space_id: change.spaceId,
      plugin_id: change.pluginId,
      generation: String(change.generation),
      is_active: change.state === ConnectionState.ACTIVE,
      operators: change.operators,
      has_budget: change.requestBudget !== undefined,
    };
    await this.#db
      .insertInto('connection')
      .values({ connection_id: change.connectionId, ...row })
      .onConflict((conflict) =>
        conflict
          .column('connection_id')
          .doUpdateSet(row)
          .where('connection.generation', '<', sql<string>`excluded.generation`),
      )
      .execute();
  }

  /** The connection of the space to ask: the one that is named, or the only active one of the plugin. */
  async toAsk(
    spaceId: string,
    { pluginId, name }: PluginOperator,
    connectionId?: string,
  ): Promise<OperatorConnection | NoConnection> {
    const rows = await this.#db
      .selectFrom('connection')
      .select(['connection_id', 'plugin_id', 'has_budget', 'operators'])
      .where('space_id', '=', spaceId)
      .where('plugin_id', '=', pluginId)
      .where('is_active', '=', true)
      .$if(connectionId !== undefined, (query) =>
        query.where('connection_id', '=', connectionId ?? ''),
      )
      .limit(2)
      .execute();
    const [row] = rows;
    if (row === undefined)
      return {
        fault: `plugin ${pluginId} has no active connection that could be asked for ${name}`,
      };
    if (rows.length > 1)
      return {
        fault: `plugin ${pluginId} has several active connections; name one as "connection"`,
      };
    if (!row.operators.includes(name))
      return { fault: `plugin ${pluginId} has no operator ${name}` };
    return { connectionId: row.connection_id, pluginId: row.plugin_id, hasBudget: row.has_budget };
  }
}
