import { aVersion } from '../../test/contracts/plugin-store.contract.ts';
import { memoryParts } from '../../test/platform/memory-parts.ts';
import {
  configureAccountClient,
  findAccountClient,
  removeAccountClient,
} from './configure-account-client.ts';
import { MemoryAccounts } from './memory-accounts.ts';

const id = 'com.example.my-connector';
const oauth = {
  flow: 'authorization_code',
  authorizationUrl: 'https://login.example.com/authorize',
  tokenUrl: 'https://login.example.com/token',
  scopes: ['contacts.read'],
  tokenProperty: 'token',
};

async function setUp(of: object = {}) {
  const { plugins } = memoryParts();
  await plugins.add(aVersion({ ...of }));
  const accounts = new MemoryAccounts();
  const configure = (wanted: object) =>
    configureAccountClient(plugins, accounts, id, { client_id: 'c', ...wanted });
  return { accounts, configure, plugins };
}

describe('configureAccountClient', () => {
  it('takes from the manifest what is left out, and shows no secret', async () => {
    const { configure, accounts } = await setUp({ oauth });
    const view = await configure({ client_secret: 'marker' });
    expect(view).toEqual({
      plugin_id: id,
      flow: 'authorization_code',
      client_id: 'c',
      has_secret: true,
      authorization_url: oauth.authorizationUrl,
      token_url: oauth.tokenUrl,
      scopes: oauth.scopes,
      token_property: 'token',
      client_authentication: 'basic',
    });
    expect(accounts.clients.get(id)?.secret).toBe('marker');
  });

  it('goes by what the operator says rather than by the manifest', async () => {
    const { configure } = await setUp({ oauth });
    expect(
      await configure({
        flow: 'client_credentials',
        token_url: 'https://other.example.com/token',
        scopes: [],
        client_authentication: 'post',
      }),
    ).toMatchObject({
      flow: 'client_credentials',
      authorization_url: '',
      token_url: 'https://other.example.com/token',
      scopes: [],
      client_authentication: 'post',
    });
  });

  it('keeps the secret that is left out, and takes it away when it is null', async () => {
    const { configure } = await setUp({ oauth });
    await configure({ client_secret: 'marker' });
    expect((await configure({})).has_secret).toBe(true);
    expect((await configure({ client_secret: null })).has_secret).toBe(false);
  });

  it('says which URL nobody has named', async () => {
    const { configure } = await setUp();
    await expect(configure({})).rejects.toThrow('authorization_url is missing');
    await expect(configure({ flow: 'client_credentials' })).rejects.toMatchObject({
      status: 422,
      message: expect.stringContaining('token_url is missing'),
    });
  });

  it('lets the connections know who fills the token, until the client is gone', async () => {
    const { accounts, configure, plugins } = await setUp({ oauth });
    const account = async () => (await plugins.plugin(id))?.account;
    await configure({});
    expect(await account()).toEqual({ tokenField: 'token', needsSignIn: true });
    await configure({ flow: 'client_credentials', token_property: 'apiKey' });
    expect(await account()).toEqual({ tokenField: 'apiKey', needsSignIn: false });
    await removeAccountClient(plugins, accounts, id);
    expect(await account()).toBeUndefined();
    expect(accounts.clients.size).toBe(0);
  });

  it('finds none of a plugin that is unknown or has none', async () => {
    const { accounts, configure } = await setUp({ oauth });
    await expect(findAccountClient(accounts, id)).rejects.toMatchObject({ status: 404 });
    await configure({});
    await expect(findAccountClient(accounts, 'com.example.b')).rejects.toMatchObject({
      code: 'oauth_client.not_found',
    });
  });
});
