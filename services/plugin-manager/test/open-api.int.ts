import { Ajv2020 } from 'ajv/dist/2020.js';
import { RemoteError } from '@made-open/bus';
import { DeliveryState, EntityService, ruleSchemas } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { aManifest } from './contracts/seed-plugin.ts';
import { anHttpManifest } from './contracts/an-http-manifest.ts';
import { Manager } from './platform/manager.ts';
import { PluginSite } from './providers/plugin-site.ts';
import type { Answer } from './platform/send-request.ts';

const { replayQuarantine } = EntityService.method;

let manager: Manager;
let site: PluginSite;

beforeAll(async () => {
  site = await PluginSite.start();
  manager = await Manager.start(site.environment);
});
afterAll(async () => {
  await manager?.stop();
  await site?.stop();
});

interface Schema {
  readonly example?: unknown;
}

async function askAboutPeople(connection: string): Promise<void> {
  const [left, right] = ['a', 'b'].map((end) => `01900000-0000-7000-8000-00000000000${end}`);
  for (const id of [left, right])
    manager.fakes.people.set(String(id), { personId: String(id), rule: '' });
  await manager.post('/persons/link', { records: [left, right] });
  await manager.post('/persons/unlink', { records: [left] });
  await manager.get(`/persons/${String(left)}`);
  await manager.get(`/persons/${String(left)}/export`);
  await manager.get(`/connections/${connection}/export`);
  await manager.post(`/persons/${String(left)}/erase`);
}

async function askAboutProviders(plugin: string): Promise<void> {
  for (const base of ['/plugins', '/admin/v1/plugins']) {
    await manager.ask('GET', `${base}/${plugin}/config`);
    await manager.ask('PUT', `${base}/${plugin}/config`, { body: { settings: { pageSize: 5 } } });
    const body = { credentials: { apiKey: 'k' } };
    const { body: given } = await manager.ask('PUT', `${base}/${plugin}/credentials`, { body });
    await manager.delete(`/connections/${String(given['connection_id'])}`);
  }
  await manager.ask('GET', '/plugins');
  await manager.get('/slots');
  await manager.get('/profile');
  await manager.ask('GET', '/plugin-registry?category=outbound');
  await manager.ask('GET', '/plugin-registry/phaxio');
  await manager.post('/plugin-registry/phaxio/install');
  await manager.post('/plugins/install', site.wanted);
  const { body: exported } = await manager.get('/slots/export');
  await manager.post('/slots/import', exported);
  await manager.put('/slots/outbound', { plugin_id: null });
}

async function askAboutTheBuilder(): Promise<void> {
  const { body: preset } = await manager.get('/builder/presets/interfax');
  const { input } = preset;
  await manager.get('/builder/steps');
  await manager.get('/builder/presets');
  await manager.post('/builder/check', { input });
  const { body: built } = await manager.post('/builder/generate', { input });
  await manager.post('/builder/download', { input });
  await manager.post('/builder/preview', { input, action: 'send_fax' });
  await manager.post('/builder/place', { input });
  const acknowledged = (built['warnings'] as { pointer: string }[]).map(({ pointer }) => pointer);
  await manager.post('/builder/install', { input, digest: built['digest'], acknowledged });
  await manager.get('/builder/installed/interfax');
  const document = { openapi: '3.1.0', info: { title: 'Acme', version: '1' }, paths: {} };
  await manager.post('/builder/drafts', { document });
}

async function askForAToken(): Promise<void> {
  const webhooks = [{ verify: 'none' }];
  const permissions = ['network:inbound'];
  const plugin = await manager.install({ id: 'com.example.hooks', permissions, webhooks });
  await manager.post(`/connections/${await manager.connect(plugin)}/webhook-token`);
}

async function askAboutDeliveries(connectionId: string): Promise<void> {
  const id = '7c1f2d5e-9a0b-4c3d-8e4f-5a6b7c8d9e0f';
  manager.fakes.deliveries.push({ id, connectionId, state: DeliveryState.FAILED });
  const path = `/connections/${connectionId}/deliveries`;
  await manager.get(`${path}?state=failed`);
  await manager.get(`${path}/${id}`);
  await manager.post(`${path}/${id}/replay`);
  await manager.post(`${path}/replay?state=failed`);
}

async function askAboutManifests(): Promise<void> {
  const manifest = anHttpManifest();
  await manager.post('/http-manifests/validate', { manifest });
  await manager.post('/http-manifests/preview', { manifest, action: 'get_status' });
  const actions = { send_fax: { url: 'https://api.example.com/fax' } };
  await manager.post('/http-manifests/import', { items: [{ id: 'old-fax', actions }] });
  await manager.get('/http-manifests');
  await manager.get('/http-manifests/old-fax');
  const allowed_domains = ['api.example.com'];
  await manager.post('/http-manifests/old-fax/confirm', { allowed_domains });
}

async function askAboutEndpoints(): Promise<void> {
  const wanted = { name: 'ours', url: 'https://example.com/hooks' };
  const endpoint = String((await manager.post('/endpoints', wanted)).body['id']);
  await manager.get('/endpoints');
  await manager.get(`/endpoints/${endpoint}`);
  await manager.patch(`/endpoints/${endpoint}`, { enabled: false });
  await manager.post(`/endpoints/${endpoint}/rotate-secret`);
  await manager.get(`/endpoints/${endpoint}/deliveries`);
  await manager.post(`/endpoints/${endpoint}/deliveries/d1/retry`);
  await manager.delete(`/endpoints/${endpoint}`);
}

async function askAboutRules(): Promise<void> {
  const definition = ruleSchemas.RuleDefinition.example;
  const { body } = await manager.post('/rules', { name: 'a rule', definition });
  const rule = String(body['id']);
  await manager.get('/rules');
  await manager.get(`/rules/${rule}`);
  await manager.patch(`/rules/${rule}`, { enabled: false });
  await manager.post('/rules/test', { definition });
  await manager.post(`/rules/${rule}/test`);
  await manager.get(`/rules/${rule}/executions`);
  await manager.get('/rule-executions');
  await manager.delete(`/rules/${rule}`);
}

describe('the OpenAPI document', () => {
  it('describes every operation with a summary, its scope, its parameters and its refusals', () => {
    for (const {
      method,
      path,
      summary,
      security,
      parameters,
      responses,
    } of manager.description.operations()) {
      const name = `${method} ${path}`;
      expect([name, summary]).toEqual([name, expect.stringMatching(/^[A-Z].{5,}[^.]$/u)]);
      expect([name, security]).toEqual([
        name,
        [{ key: [expect.stringMatching(/^admin:/u) as unknown] }],
      ]);
      const inPath = (parameters ?? []).filter((parameter) => parameter.in === 'path');
      expect([name, inPath.map((parameter) => `{${parameter.name}}`)]).toEqual([
        name,
        path.match(/\{\w+\}/gu) ?? [],
      ]);
      expect([name, Object.keys(responses)]).toEqual([
        name,
        expect.arrayContaining(['401', '403', 'default']),
      ]);
    }
  });

  it('has a schema for everything that it refers to, and examples that fit', () => {
    const { document } = manager.description;
    const text = JSON.stringify(document);
    const { schemas } = document.components;
    const names = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/gu)].map(
      (match) => match[1] ?? '',
    );
    expect(names.length).toBeGreaterThan(40);
    expect(names.filter((name) => schemas[name] === undefined)).toEqual([]);
    expect(Object.keys(schemas).filter((name) => !names.includes(name))).toEqual([]);
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const api = JSON.parse(text.replaceAll('"#/components', '"api#/components')) as object;
    ajv.addSchema({ ...api, $id: 'api' });
    for (const [name, schema] of Object.entries(schemas)) {
      const { example } = schema as Schema;
      if (example === undefined) continue;
      const check = ajv.compile({ $ref: `api#/components/schemas/${name}` });
      expect([name, check(example), check.errors]).toEqual([name, true, null]);
    }
    for (const { requestBody } of manager.description.operations())
      if (JSON.stringify(requestBody ?? {}).includes('application/json'))
        expect(JSON.stringify(requestBody)).toContain('"example"');
  });

  it('is true: each operation answers as it is described', async () => {
    const plugin = await manager.install();
    await manager.push(aManifest({ version: '0.2.0' }));
    const connection = await manager.connect(plugin);
    await eventually(async () => {
      const { body } = await manager.get('/runners');
      expect(body['data']).toMatchObject([{ plugin_id: plugin, state: 'running' }]);
    });
    await manager.post(`/runners/${plugin}/reset`);
    const synced = await manager.post(`/connections/${connection}/sync`);
    const run = (synced.body['run'] as { id: string }).id;
    await manager.post(`/connections/${connection}/remap`);
    await manager.post(`/runs/${run}/cancel`);
    // Nobody has to run it to know that it lacks its config.
    const unset = await manager.connect(plugin, {});
    await manager.post(`/connections/${unset}/test`);
    await manager.delete(`/connections/${unset}`);
    await askForAToken();
    await askAboutProviders(plugin);
    await askAboutTheBuilder();
    const key = (await manager.key(['admin:runs:read'])).split('_')[1] ?? '';
    await manager.key(['search:read']);
    for (const path of [
      '/plugins',
      `/plugins/${plugin}`,
      `/plugins/${plugin}/versions`,
      `/plugins/${plugin}/versions/0.2.0`,
      '/connections',
      `/connections/${connection}`,
      `/connections/${connection}/runs`,
      `/connections/${connection}/quarantine`,
      `/connections/${connection}/checkpoints`,
      `/runs/${run}`,
      `/runs/${run}/logs`,
      `/connections/${connection}/logs`,
      '/keys',
      '/deleted-connections',
      '/egress-overrides',
      '/search-indexes',
      '/audit',
    ])
      expect([path, (await manager.get(path)).status]).toEqual([path, 200]);
    await manager.get(`/plugins/${plugin}/versions/0.1.0/differences?to=0.2.0`);
    await askAboutPeople(connection);
    await askAboutRules();
    await askAboutDeliveries(connection);
    await manager.get(`/connections/${connection}/subscriptions`);
    await askForWebhookToken();
    await askAboutEndpoints();
    await askAboutManifests();
    await manager.patch(`/connections/${connection}`, { paused: true });
    await manager.post(`/connections/${connection}/pause`);
    await manager.post(`/connections/${connection}/resume`);
    const oauthClient = {
      client_id: 'c-1',
      authorization_url: 'https://login.example.com/authorize',
      token_url: 'https://login.example.com/token',
    };
    await manager.put(`/plugins/${plugin}/scaling`, { max: 2 });
    await manager.get(`/plugins/${plugin}/scaling`);
    await manager.put(`/plugins/${plugin}/oauth-client`, oauthClient);
    await manager.get(`/plugins/${plugin}/oauth-client`);
    await manager.post(`/connections/${connection}/authorize`);
    await manager.delete(`/plugins/${plugin}/oauth-client`);
    manager.fakes.held.add(run);
    const task = await manager.post(`/connections/${connection}/sweep`, { carry_out: false });
    await eventually(async () => {
      const shown = await manager.get(`/tasks/${String(task.body['id'])}`);
      expect(shown.body['state']).toBe('done');
    });
    await manager.get(`/connections/${connection}/tasks`);
    const { fakes } = manager;
    const ended = async ({ body }: Answer): Promise<string> =>
      eventually(async () => {
        const path = `/tasks/${String(body['id'])}`;
        expect((await manager.get(path)).body['state']).not.toBe('working');
        return path;
      });
    fakes.etl.on(replayQuarantine, () => {
      throw new RemoteError('etl.wrong', 'not so', 'never');
    });
    const failed = await ended(await manager.post(`/connections/${connection}/quarantine/replay`));
    fakes.etl.on(replayQuarantine, () => {
      throw new RemoteError('etl.away', 'not now', 'later');
    });
    const { body: again } = await manager.post(`${failed}/retry`);
    await manager.post(`/tasks/${String(again['id'])}/cancel`);
    await manager.post('/search-indexes');
    await manager.post('/search-indexes/cancel');
    await manager.post(`/connections/${connection}/quarantine/drop`);
    await manager.post(`/connections/${connection}/checkpoints/rewind`, { epoch: 0 });
    const canary = { percent: 10 };
    await manager.post(`/plugins/${plugin}/versions/0.2.0/activate`, { canary });
    await manager.get(`/plugins/${plugin}/canary`);
    await manager.delete(`/plugins/${plugin}/canary`);
    await manager.post(`/plugins/${plugin}/versions/0.2.0/activate`);
    await manager.post(`/plugins/${plugin}/rollback`);
    await manager.delete(`/plugins/${plugin}/versions/0.2.0`);
    await manager.post(`/plugins/${plugin}/revoke`, { permissions: ['data:write:persons'] });
    await manager.post(`/plugins/${plugin}/disable`);
    await manager.delete(`/connections/${connection}`);
    await manager.delete(`/plugins/${plugin}`);
    await manager.delete(`/keys/${key}`);
    const { seen } = manager.description;
    const succeeded = new Set(
      [...seen].filter((name) => / 20\d$/u.test(name)).map((name) => name.slice(0, -4)),
    );
    const described = manager.description
      .operations()
      .map(({ method, path }) => `${method} ${path}`);
    expect([...succeeded].toSorted()).toEqual(described.toSorted());
  });
});

async function askForWebhookToken(): Promise<void> {
  const id = 'com.example.channel';
  const permissions = ['network:inbound'];
  await manager.push(aManifest({ id, type: 'channel', permissions }));
  const wanted = { plugin_id: id, name: 'Channel', config: { apiKey: 'k' } };
  const { body } = await manager.post('/connections', wanted);
  const renewed = await manager.post(`/connections/${String(body['id'])}/webhook-token`);
  expect(JSON.stringify(renewed.body['webhooks'])).toMatch(/~[\w-]{43}"/u);
}
