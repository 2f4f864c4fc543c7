import { readEvents } from '@made-open/bus';
import { ProviderSlotChangedSchema } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { Manager } from '../platform/manager.ts';
import { aProvider } from './a-provider.ts';

let manager: Manager;
let id: string;
let tests = 0;

beforeAll(async () => {
  manager = await Manager.start();
});
afterAll(() => manager?.stop());
beforeEach(async () => {
  id = await manager.install({ ...aProvider, id: `com.example.fax${String(++tests)}` });
});

const config = (body: object, ask: object = {}) => manager.put(`/plugins/${id}/config`, body, ask);
const slots = async () => (await manager.get('/slots')).body['data'];

/** How many events of slots the stream has had, and the last of them. */
async function slotEvents(): Promise<{ count: number; last: unknown }> {
  const nats = await jetstreamManager(await manager.platform.administrator());
  const subject = 'plugin.ProviderSlotChanged';
  const last = await nats.streams.getMessage('PLUGIN', { last_by_subj: subject });
  if (last === null) throw new Error('no slot was announced');
  const [event] = readEvents(ProviderSlotChangedSchema, last.data);
  return { count: last.seq, last: event?.message };
}

describe('the configuration of a provider', () => {
  it('is one connection, whose config the wallet has, and whose settings are shown', async () => {
    const made = await config({ enabled: true, settings: { pages: 3 } });
    expect(made).toMatchObject({
      status: 200,
      body: {
        enabled: true,
        is_configured: false,
        missing: ['api_key'],
        settings: { pages: 3, region: 'eu' },
        credentials: { api_key: null },
        revision: 1,
      },
    });
    const secret = 'k-51f2a7';
    const credentials = { api_key: secret };
    const given = await manager.put(`/plugins/${id}/credentials`, { credentials });
    expect(given.body).toMatchObject({ is_configured: true, credentials: { api_key: '••••••••' } });
    const connection = String(given.body['connection_id']);
    expect(manager.fakes.configs.get(connection)?.config).toEqual({
      pages: 3,
      region: 'eu',
      api_key: secret,
    });
    const shown = await manager.get(`/connections/${connection}`);
    expect(shown.body).toMatchObject({ plugin_id: id, is_provider: true, state: 'connecting' });
    expect(manager.answers.join('\n')).not.toContain(secret);
    expect(JSON.stringify(await manager.rows('select * from provider_config'))).not.toContain(
      secret,
    );
  });

  it('changes by single settings, keeps its credentials, and is cleared by {}', async () => {
    await manager.put(`/plugins/${id}/credentials`, { credentials: { api_key: 'k1' } });
    const { body } = await config({ settings: { pages: 2, region: 'us' } });
    const connection = String(body['connection_id']);
    const wallet = () => manager.fakes.configs.get(connection)?.config;
    await config({ settings: { pages: null, api_key: '••••••••' } });
    expect(wallet()).toEqual({ region: 'us', api_key: 'k1' });
    expect((await config({ settings: {} })).body).toMatchObject({ settings: { region: 'eu' } });
    expect(wallet()).toEqual({ region: 'eu', api_key: 'k1' });
    await manager.put(`/plugins/${id}/credentials`, { credentials: { api_key: null } });
    expect(wallet()).toEqual({ region: 'eu' });
  });

  it.each([
    ['a credential', { api_key: 'k-secret-9' }, '/settings/api_key: use the wallet'],
    ['a value that only secrets look like', { pages: 'sk-live-12345' }, '/settings/pages: use'],
    ['a value of another type', { pages: 'many' }, '/settings/pages: must be integer'],
    ['a value beyond its enum', { region: 'asia' }, '/settings/region: must be one of'],
  ])('refuses %s', async (_, settings, fault) => {
    const refused = await config({ settings });
    expect(refused).toMatchObject({
      status: 422,
      body: { errors: [expect.stringContaining(fault)] },
    });
    expect(refused.text).not.toContain('k-secret-9');
    expect((await manager.get(`/plugins/${id}/config`)).body).toMatchObject({ revision: 0 });
  });

  it('takes one of two changes of the same revision', async () => {
    await config({ settings: { pages: 1 } });
    const both = await Promise.all([
      config({ settings: { pages: 2 }, expected_revision: 1 }),
      manager.ask('PUT', `/plugins/${id}/config`, {
        body: { settings: { pages: 3 } },
        headers: { 'if-match': '"1"' },
      }),
    ]);
    expect(both.map(({ status }) => String(status)).toSorted()).toEqual(['200', '409']);
    const lost = both.find(({ status }) => status === 409);
    expect(lost?.body).toMatchObject({ code: 'provider.config_changed.conflict', revision: 2 });
  });

  it('keeps each of a hundred changes at a time', async () => {
    const names = Array.from({ length: 100 }, (_, index) => `key${String(index)}`);
    const answers = await Promise.all(names.map((name) => config({ settings: { [name]: 1 } })));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    const { body } = await manager.get(`/plugins/${id}/config`);
    expect(Object.keys(body['settings'] as object).toSorted()).toEqual(
      [...names, 'region'].toSorted(),
    );
    const stored = manager.fakes.configs.get(String(body['connection_id']));
    expect(Object.keys(stored?.config ?? {})).toHaveLength(101);
  });

  it('is not changed past its settings', async () => {
    const { body } = await config({});
    const path = `/connections/${String(body['connection_id'])}`;
    expect(await manager.patch(path, { config: { api_key: 'x' } })).toMatchObject({ status: 409 });
  });
});

describe('a slot', () => {
  it('goes from one provider to the next, each with its own settings, and to nobody by itself', async () => {
    const other = await manager.install({ ...aProvider, id: `com.example.other${String(tests)}` });
    await config({ enabled: true, slot: 'outbound', settings: { pages: 1 } });
    expect(await slots()).toMatchObject([
      { slot: 'outbound', plugin_id: id, missing: ['api_key'] },
      { slot: 'inbound', plugin_id: null },
      { slot: 'storage', plugin_id: null },
      { slot: 'auth', plugin_id: null },
    ]);
    await manager.put(`/plugins/${other}/config`, { enabled: true, settings: { pages: 9 } });
    const { body } = await manager.put('/slots/outbound', { plugin_id: other });
    expect(body).toMatchObject({ plugin_id: other });
    expect((await manager.get(`/plugins/${id}/config`)).body).toMatchObject({
      settings: { pages: 1 },
      slots: [],
    });
    await config({ enabled: false });
    expect(await slots()).toMatchObject([{ plugin_id: other }, {}, {}, {}]);
    await manager.put(`/plugins/${other}/config`, { enabled: false });
    expect(await slots()).toMatchObject([{ plugin_id: null }, {}, {}, {}]);
  });

  it('is never left with a provider that somebody disables meanwhile', async () => {
    await config({ enabled: true });
    for (let round = 0; round < 10; round++) {
      await Promise.all([
        config({ enabled: false }),
        config({ slot: 'outbound' }),
        manager.put('/slots/outbound', { plugin_id: id }),
      ]);
      const { body } = await manager.get(`/plugins/${id}/config`);
      expect(body).toMatchObject(
        body['enabled'] === true ? { slots: ['outbound'] } : { slots: [] },
      );
    }
    await config({ enabled: false });
  });

  it('is told to the other services, and told again at the next start', async () => {
    const { body } = await config({ enabled: true, slot: 'outbound' });
    const first = await eventually(async () => {
      const now = await slotEvents();
      expect(now.last).toMatchObject({
        slot: 'outbound',
        pluginId: id,
        connectionId: body['connection_id'],
      });
      return now;
    });
    await manager.end('SIGTERM');
    await manager.run();
    await eventually(async () => {
      const now = await slotEvents();
      expect(now.count).toBeGreaterThan(first.count);
      expect(now.last).toEqual(first.last);
    });
  });

  it('is refused to a plugin that is not made for it, and to one that is not enabled', async () => {
    expect(await manager.put('/slots/storage', { plugin_id: id })).toMatchObject({
      status: 422,
      body: { code: 'provider.capability' },
    });
    expect(await manager.put('/slots/outbound', { plugin_id: id })).toMatchObject({
      status: 409,
      body: { code: 'provider.not_enabled.conflict' },
    });
    expect(await manager.put('/slots/fourth', { plugin_id: null })).toMatchObject({ status: 404 });
    const { body } = await manager.get('/slots');
    const [{ revision }] = body['data'] as [{ revision: number }];
    const stale = { plugin_id: null, expected_revision: revision + 1 };
    expect(await manager.put('/slots/outbound', stale)).toMatchObject({
      status: 409,
      body: { revision },
    });
  });
});

describe('a configuration file of Faxbot', () => {
  const slotsOf = async () => (await manager.get('/slots/export')).body;

  it('comes back as it was exported, for all four slots', async () => {
    await config({ enabled: true, slot: 'outbound', settings: { pages: 4 } });
    const before = await slotsOf();
    expect(before).toEqual({
      version: 1,
      providers: {
        outbound: { plugin: id, enabled: true, settings: { pages: 4 } },
        inbound: { plugin: '', enabled: false, settings: {} },
        storage: { plugin: '', enabled: false, settings: {} },
        auth: { plugin: '', enabled: false, settings: {} },
      },
    });
    await config({ enabled: false, settings: {} });
    expect(await slotsOf()).not.toEqual(before);
    expect((await manager.post('/slots/import', before)).status).toBe(200);
    expect(await slotsOf()).toEqual(before);
  });

  it('is refused with a secret, and with a plugin that is not here', async () => {
    const of = (slot: object) => ({ version: 1, providers: { outbound: slot } });
    const secret = of({ plugin: id, enabled: true, settings: { api_key: 'k' } });
    expect(await manager.post('/slots/import', secret)).toMatchObject({ status: 422 });
    const unknown = of({ plugin: 'nobody', enabled: true, settings: {} });
    expect(await manager.post('/slots/import', unknown)).toMatchObject({
      status: 422,
      body: { code: 'provider.import' },
    });
  });
});

describe('the list of providers', () => {
  it('shows what each can, what is wanted, and what its runner does', async () => {
    const listed = async () => {
      const { body } = await manager.ask('GET', '/plugins');
      return (body['items'] as { id: string }[]).find((item) => item.id === id);
    };
    expect(await listed()).toMatchObject({
      categories: ['outbound'],
      capabilities: ['send_fax', 'get_status'],
      enabled: false,
      actual: { state: 'disabled' },
      is_configured: false,
    });
    await manager.put(`/plugins/${id}/credentials`, { credentials: { api_key: 'k' } });
    await config({ enabled: true });
    await eventually(async () =>
      expect(await listed()).toMatchObject({
        enabled: true,
        is_configured: true,
        actual: { state: 'running', runner: { ready: 1 } },
      }),
    );
  });
});

describe('keys', () => {
  it.each([
    [['admin:plugins:read'], 200, 403],
    [['admin:plugins:write'], 403, 200],
    [['admin:keys:write'], 403, 403],
    [['*'], 200, 200],
  ])('with %j read %i and write %i', async (scopes, read, write) => {
    const key = await manager.key(scopes);
    expect((await manager.get(`/plugins/${id}/config`, { key })).status).toBe(read);
    expect((await manager.ask('GET', '/plugins', { key })).status).toBe(read);
    expect((await config({}, { key })).status).toBe(write);
  });

  it.each([
    [['admin:plugins:write'], 403],
    [['admin:connections:write'], 200],
  ])('with %j give credentials %i', async (scopes, status) => {
    const key = await manager.key(scopes);
    const given = { credentials: { api_key: 'k-7e0d52' } };
    expect((await manager.put(`/plugins/${id}/credentials`, given, { key })).status).toBe(status);
  });
});
