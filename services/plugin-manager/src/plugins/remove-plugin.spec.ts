import { aConnection } from '../../test/contracts/connection-store.contract.ts';
import { aVersion } from '../../test/contracts/plugin-store.contract.ts';
import { memoryParts } from '../../test/platform/memory-parts.ts';
import { RemovePlugin } from './remove-plugin.ts';

const id = 'com.example.my-connector';

describe('RemovePlugin', () => {
  it('names the connections that still use it', async () => {
    const parts = memoryParts();
    const { plugins, connections, accounts } = parts;
    await plugins.add(aVersion());
    const removal = new RemovePlugin(parts);
    const client = {
      flow: 'client_credentials' as const,
      clientId: 'c',
      authorizationUrl: '',
      tokenUrl: 'https://login.example.com/token',
      scopes: [],
      tokenProperty: 'accessToken',
      clientAuthentication: 'basic' as const,
    };
    await accounts.put(id, client, { value: 'secret' });
    for (let n = 1; n <= 25; n++)
      await connections.add(aConnection({ id: `c${String(n).padStart(2, '0')}` }));
    const refused = await removal.remove(id).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      status: 409,
      message: expect.stringContaining('more than 20 connections') as unknown,
    });
    expect(refused).toHaveProperty('members.connections.length', 20);
    for (let n = 1; n <= 25; n++)
      await connections.remove(`c${String(n).padStart(2, '0')}`, { isDataKept: true });
    expect(await accounts.find(id)).toBeDefined();
    await removal.remove(id);
    expect(await accounts.find(id)).toBeUndefined();
    expect(await plugins.plugin(id)).toBeUndefined();
  });

  it('asks nobody to sign in with a client that is gone, when a connection was made meanwhile', async () => {
    const parts = memoryParts();
    const { plugins, connections } = parts;
    await plugins.add(aVersion());
    await plugins.setAccount(id, { tokenField: 'accessToken', needsSignIn: true });
    plugins.remove = async () => {
      await connections.add(aConnection({ id: 'c1' }));
      return false;
    };
    await expect(new RemovePlugin(parts).remove(id)).rejects.toMatchObject({ status: 409 });
    expect((await plugins.plugin(id))?.account).toBeUndefined();
  });
});
