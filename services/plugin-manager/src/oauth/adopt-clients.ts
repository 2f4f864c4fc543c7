import type { Logger } from '@made-open/nest';
import { everyPlugin } from '../plugins/every-plugin.ts';
import type { PluginAccount } from '../plugins/plugin.ts';
import type { PluginStore } from '../plugins/plugin-store.ts';
import { accountOf, type Accounts } from './account-client.ts';

export interface AdoptClientsParts {
  readonly plugins: PluginStore;
  readonly accounts: Pick<Accounts, 'find'>;
  readonly logger: Logger;
}

/**
 * At the start: a client that was set before plugins kept how their connections sign in is known to the wallet alone,
 * and for some of them it was guessed.
 */
export class AdoptClients {
  readonly #parts: AdoptClientsParts;

  constructor(parts: AdoptClientsParts) {
    this.#parts = parts;
  }

  /** Looks once through all plugins. */
  async adopt(): Promise<void> {
    for await (const { id } of everyPlugin(this.#parts.plugins)) await this.#adoptOf(id);
  }

  /** Until both agree: an operator may set or remove the client meanwhile. */
  async #adoptOf(id: string): Promise<void> {
    const { plugins, accounts, logger } = this.#parts;
    for (let isChanged = false; ; isChanged = true) {
      const found = await accounts.find(id);
      if (found === undefined && !isChanged) return;
      const plugin = await plugins.plugin(id);
      const account = found && accountOf(found.client);
      if (plugin === undefined || isSame(plugin.account, account)) return;
      await plugins.setAccount(id, account);
      logger.info('OAuth client taken over from the wallet', { pluginId: id });
    }
  }
}

function isSame(a: PluginAccount | undefined, b: PluginAccount | undefined): boolean {
  return a?.tokenField === b?.tokenField && a?.needsSignIn === b?.needsSignIn;
}
