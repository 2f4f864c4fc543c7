import type { ConnectionStore } from '../connections/connection-store.ts';
import { RequestError } from '../errors.ts';
import type { Accounts } from '../oauth/account-client.ts';
import { removeAccountClient } from '../oauth/configure-account-client.ts';
import { findPlugin } from './change-plugin.ts';
import type { PluginStore } from './plugin-store.ts';

const shownConnections = 20;

export interface RemovePluginParts {
  readonly plugins: PluginStore;
  readonly connections: ConnectionStore;
  readonly accounts: Accounts;
}

/** Removes a plugin that nothing uses any more, with all that it had. */
export class RemovePlugin {
  readonly #parts: RemovePluginParts;

  constructor(parts: RemovePluginParts) {
    this.#parts = parts;
  }

  async remove(id: string): Promise<void> {
    const { plugins, connections, accounts } = this.#parts;
    await findPlugin(plugins, id);
    const page = { limit: shownConnections, after: undefined };
    const { data, next } = await connections.list(page, id);
    if (data.length === 0) {
      // First its client: whoever takes the id next must not get the secret with it.
      await removeAccountClient(plugins, accounts, id);
      if (await plugins.remove(id)) return;
    }
    const ids = data.map(({ connection }) => connection.id);
    throw new RequestError(
      'plugin.connected.conflict',
      409,
      `${id} has ${next === undefined ? String(ids.length) : `more than ${String(ids.length)}`} connections; delete them first, or disable the plugin`,
      { connections: ids },
    );
  }
}
