import { aVersion } from '../../test/contracts/plugin-store.contract.ts';
import { memoryParts } from '../../test/platform/memory-parts.ts';
import type { AccountClient } from './account-client.ts';
import { AdoptClients } from './adopt-clients.ts';

const id = 'com.example.my-connector';
const client: AccountClient = {
  flow: 'authorization_code',
  clientId: 'c',
  authorizationUrl: 'https://login.example.com/authorize',
  tokenUrl: 'https://login.example.com/token',
  scopes: [],
  tokenProperty: 'token',
  clientAuthentication: 'basic',
};

async function setUp() {
  const parts = memoryParts();
  await parts.plugins.add(aVersion());
  const account = async () => (await parts.plugins.plugin(id))?.account;
  return { ...parts, account, clients: new AdoptClients(parts) };
}

describe('AdoptClients', () => {
  it('lets connections know of a client that only the wallet knew', async () => {
    const { accounts, account, clients } = await setUp();
    await accounts.put(id, client, { value: null });
    await clients.adopt();
    expect(await account()).toEqual({ tokenField: 'token', needsSignIn: true });
  });

  it('corrects what was guessed: nobody signs in for client credentials', async () => {
    const { accounts, account, clients, plugins, logger } = await setUp();
    await plugins.setAccount(id, { tokenField: 'token', needsSignIn: true });
    await accounts.put(id, { ...client, flow: 'client_credentials' }, { value: null });
    await clients.adopt();
    await clients.adopt();
    expect(await account()).toEqual({ tokenField: 'token', needsSignIn: false });
    expect(logger.messages).toHaveLength(1);
  });

  it('keeps nothing of a client that is removed while it looks', async () => {
    const { accounts, account, plugins, logger } = await setUp();
    await accounts.put(id, client, { value: null });
    const find = async (pluginId: string) => {
      const found = await accounts.find(pluginId);
      await accounts.remove(pluginId);
      return found;
    };
    await new AdoptClients({ plugins, accounts: { find }, logger }).adopt();
    expect(await account()).toBeUndefined();
  });

  it('leaves alone what the wallet knows nothing of', async () => {
    const { account, clients, plugins } = await setUp();
    const before = { tokenField: 'token', needsSignIn: true };
    await plugins.setAccount(id, before);
    await clients.adopt();
    expect(await account()).toEqual(before);
  });
});
