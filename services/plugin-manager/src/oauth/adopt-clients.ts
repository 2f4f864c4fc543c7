import type { Logger } from '@made-open/nest';
import { setTimeout } from 'node:timers/promises';
import type { PluginAccount } from '../plugins/plugin.ts';
import type { PluginStore } from '../plugins/plugin-store.ts';
import { accountOf, type Accounts } from './account-client.ts';

export interface AdoptClientsParts {
  readonly plugins: PluginStore;
  readonly accounts: Pick<Accounts, 'find'>;
  readonly logger: Logger;
}

const pageSize = 200;
const pauseMs = 5000;

/**
 * At the start: a client that was set before plugins kept how their connections sign in is known to the wallet alone,
 * and for some of them it was guessed. Tried again until the wallet has answered for each plugin.
 */
export class AdoptClients {
  readonly #parts: AdoptClientsParts;
  readonly #end = new AbortController();
  #busy: Promise<void> = Promise.resolve();

  constructor(parts: AdoptClientsParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#busy = this.#untilDone();
  }

  async stop(): Promise<void> {
    this.#end.abort();
    await this.#busy;
  }

  async #untilDone(): Promise<void> {
    const { signal } = this.#end;
    for (let isFirst = true; !signal.aborted; isFirst = false)
      try {
        await this.adopt();
        return;
      } catch (error) {
        const message = 'the wallet was not asked for all OAuth clients, and is asked again';
        if (isFirst) this.#parts.logger.warn(message, { error });
        await setTimeout(pauseMs, undefined, { signal }).catch(() => undefined);
      }
  }

  /** Looks once through all plugins. */
  async adopt(): Promise<void> {
    for (let after: string | undefined; ;) {
      const page = await this.#parts.plugins.plugins({ limit: pageSize, after });
      for (const { id } of page.data) await this.#adoptOf(id);
      if (page.next === undefined) return;
      after = page.next;
    }
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
