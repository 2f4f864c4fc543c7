import {
  Accounts,
  type AccountClient,
  type StoredAccountClient,
  type WantedSecret,
} from './account-client.ts';

/** Clients in memory, for tests. */
export class MemoryAccounts extends Accounts {
  readonly clients = new Map<string, AccountClient & { readonly secret: string | null }>();

  override async put(pluginId: string, client: AccountClient, wanted: WantedSecret): Promise<void> {
    const secret = 'value' in wanted ? wanted.value : (this.clients.get(pluginId)?.secret ?? null);
    this.clients.set(pluginId, { ...client, secret });
  }

  override async find(pluginId: string): Promise<StoredAccountClient | undefined> {
    const found = this.clients.get(pluginId);
    if (found === undefined) return undefined;
    const { secret, ...client } = found;
    return { client, hasSecret: secret !== null };
  }

  override async remove(pluginId: string): Promise<void> {
    this.clients.delete(pluginId);
  }

  override async authorize({ pluginId }: { readonly pluginId: string }): Promise<string> {
    return this.clients.get(pluginId)?.authorizationUrl ?? '';
  }
}
