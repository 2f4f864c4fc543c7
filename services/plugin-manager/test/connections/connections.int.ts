import { WalletService } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { aManifest } from '../contracts/seed-plugin.ts';
import { Manager } from '../platform/manager.ts';

const { putConfig } = WalletService.method;

const canary = 'canary-5f3a91c7e2';

let manager: Manager;
let pluginId: string;

beforeAll(async () => {
  manager = await Manager.start();
  pluginId = await manager.install();
});
afterAll(() => manager?.stop());

const wanted = (changes: Record<string, unknown> = {}) => ({
  plugin_id: pluginId,
  name: 'My account',
  config: { apiKey: canary },
  ...changes,
});

describe('connections', () => {
  it('are made with a config that only the wallet can open', async () => {
    const made = await manager.post('/connections', wanted());
    expect(made).toMatchObject({
      status: 201,
      body: {
        state: 'connecting',
        reasons: [{ code: 'connection.connecting' }],
        config_fields: ['apiKey'],
        config_revision: 1,
      },
    });
    const id = String(made.body['id']);
    expect(manager.fakes.configs.get(id)).toEqual({
      revision: 1,
      pluginId,
      config: { apiKey: canary },
      keepFormerSeconds: 0,
    });
  });

  it('wait while a required field is missing, and become active with it', async () => {
    const made = await manager.post('/connections', wanted({ config: {} }));
    expect(made).toMatchObject({
      status: 201,
      body: {
        state: 'needs_configuration',
        reasons: [
          {
            code: 'connection.config_field_missing',
            message: 'the config field "apiKey" is missing',
          },
        ],
      },
    });
    const path = `/connections/${String(made.body['id'])}`;
    expect(await manager.post(`${path}/sync`)).toMatchObject({
      status: 409,
      body: {
        code: 'connection.not_active.conflict',
        reasons: [
          {
            code: 'connection.config_field_missing',
            message: 'the config field "apiKey" is missing',
          },
        ],
      },
    });
    expect(await manager.patch(path, { config: { apiKey: canary } })).toMatchObject({
      status: 200,
      body: { state: 'connecting' },
    });
  });

  it('refuse a config that does not fit, without a value of it', async () => {
    for (const config of [{ apiKey: { secret: canary } }, { apiKey: canary, pageSize: canary }]) {
      const answer = await manager.post('/connections', wanted({ config }));
      expect(answer).toMatchObject({ status: 422, body: { code: 'config.invalid' } });
      expect(answer.text).not.toContain(canary);
    }
    const large = { apiKey: canary, notes: 'x'.repeat(300_000) };
    expect(await manager.post('/connections', wanted({ config: large }))).toMatchObject({
      status: 413,
      body: { code: 'config.too_large' },
    });
  });

  it.each<[string, Record<string, unknown>, number, RegExp]>([
    ['no plugin', { plugin_id: undefined }, 422, /plugin_id/u],
    ['a plugin that is not there', { plugin_id: 'com.example.none' }, 404, /com.example.none/u],
    ['a schedule that is none', { schedule: 'often' }, 422, /cron expression/u],
    ['a time zone that is none', { time_zone: 'Mars/Olympus' }, 422, /Europe\/Berlin/u],
    [
      'an overlap that is none',
      { schedule_policy: { overlap: 'parallel' } },
      422,
      /schedule_policy.overlap must be one of \["skip","queue"\]/u,
    ],
    ['half a budget', { request_budget: { requests: 5 } }, 422, /request_budget lacks/u],
    ['a field that is not known', { colour: 'red' }, 422, /unknown field "colour"/u],
    ['a config that is a list', { config: [canary] }, 422, /config must be object/u],
  ])('are not made of %s', async (_, changes, status, text) => {
    const answer = await manager.post('/connections', wanted(changes));
    expect(answer.status).toBe(status);
    expect(answer.body['detail']).toMatch(text);
    expect(answer.text).not.toContain(canary);
  });

  it('are renamed, scheduled, paused and resumed', async () => {
    const id = await manager.connect(pluginId, { apiKey: canary });
    const path = `/connections/${id}`;
    const change = {
      name: 'Renamed',
      schedule: '0 6 * * 1-5',
      time_zone: 'Europe/Berlin',
      schedule_policy: { overlap: 'queue', catch_up: 'none', jitter_seconds: 300 },
      request_budget: { requests: 600, per_seconds: 60 },
    };
    expect((await manager.patch(path, change)).body).toMatchObject({
      ...change,
      state: 'connecting',
    });
    expect((await manager.patch(path, { paused: true })).body).toMatchObject({ state: 'paused' });
    expect(await manager.post(`${path}/sync`)).toMatchObject({
      status: 409,
      body: { reasons: [{ code: 'connection.paused', message: 'it is paused; resume it' }] },
    });
    expect((await manager.patch(path, { paused: false })).body).toMatchObject({
      state: 'connecting',
    });
    expect((await manager.get(path)).body).toMatchObject(change);
    const reset = await manager.patch(path, { schedule_policy: null });
    expect(reset.body).toMatchObject({ name: 'Renamed', schedule_policy: null });
  });

  it('are changed only as they are known, when the caller wants that', async () => {
    const id = await manager.connect(pluginId, { apiKey: canary });
    const path = `/connections/${id}`;
    const etag = (await manager.get(path)).headers.get('etag') ?? '';
    const attempts = await Promise.all(
      ['One', 'Two', 'Three'].map((name) =>
        manager.patch(path, { name }, { headers: { 'If-Match': etag } }),
      ),
    );
    expect(attempts.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412, 412]);
    const winner = attempts.find(({ status }) => status === 200);
    const now = await manager.get(path);
    expect(now.body['name']).toBe(winner?.body['name']);
    expect(now.headers.get('etag')).toBe(winner?.headers.get('etag'));
    const config = { apiKey: `${canary}-late` };
    expect(await manager.patch(path, { config }, { headers: { 'If-Match': etag } })).toMatchObject({
      status: 412,
      body: { code: 'connection.changed' },
    });
    expect(manager.fakes.configs.get(id)?.config).toEqual({ apiKey: canary });
    expect((await manager.patch(path, {}, { headers: { 'If-Match': 'nonsense' } })).status).toBe(
      412,
    );
  });

  it('are not half made while the wallet is away', async () => {
    const before = await manager.rows('select id from connection');
    manager.fakes.wallet.off(putConfig);
    const answer = await manager.post('/connections', wanted());
    manager.fakes.answerAsWallet();
    expect(answer).toMatchObject({ status: 503 });
    expect(answer.headers.get('retry-after')).not.toBeNull();
    expect(await manager.rows('select id from connection')).toEqual(before);
  });

  it('are deleted with their config', async () => {
    const id = await manager.connect(pluginId, { apiKey: canary });
    expect((await manager.delete(`/connections/${id}`)).status).toBe(204);
    expect(manager.fakes.configs.has(id)).toBe(false);
    for (const path of [`/connections/${id}`, `/connections/${id}/runs`])
      expect((await manager.get(path)).status).toBe(404);
    expect((await manager.delete(`/connections/${id}`)).status).toBe(404);
  });

  it('are listed, also of one plugin alone', async () => {
    const other = await manager.install({ id: 'com.example.other' });
    const id = await manager.connect(other);
    const page = await manager.get(`/connections?plugin_id=${other}`);
    expect(page.body).toMatchObject({ data: [{ id }], next_cursor: null });
    const all = await manager.get('/connections?limit=1');
    expect(all.body['data']).toHaveLength(1);
    expect(all.body['next_cursor']).not.toBeNull();
  });
});

describe('the audit', () => {
  it('has every write with who, what and how it ended, and none of its values', async () => {
    const { body } = await manager.get('/audit?limit=200');
    const entries = body['data'] as { action: string; who: string; outcome: string }[];
    const actions = new Set(entries.map(({ action }) => action));
    for (const action of [
      'plugin.push',
      'plugin.approve',
      'plugin.activate',
      'connection.create',
      'connection.change',
      'connection.delete',
      'connection.sync',
    ])
      expect(actions).toContain(action);
    expect(entries.some(({ outcome }) => outcome === 'failed: config.invalid')).toBe(true);
    expect(entries.filter(({ outcome }) => outcome === 'started')).toEqual([]);
  });

  it('comes first: nothing is changed that cannot be noted', async () => {
    const id = await manager.connect(pluginId, { apiKey: canary });
    const state = () =>
      manager.rows(
        `select (select count(*) from plugin_version)::int as versions, (select count(*) from api_key)::int as keys,
         (select json_agg(c order by id) from connection c) as connections, (select json_agg(p order by id) from plugin p) as plugins`,
      );
    const before = await state();
    const sealed = manager.fakes.configs.size;
    await manager.rows('alter table audit rename to audit_away');
    try {
      const path = `/plugins/${pluginId}`;
      const attempts = [
        await manager.push(aManifest({ version: '9.0.0' })),
        await manager.post(`${path}/versions/0.1.0/approve`, { permissions: [] }),
        await manager.post(`${path}/versions/0.1.0/activate`),
        await manager.post(`${path}/disable`),
        await manager.delete(path),
        await manager.post('/connections', wanted()),
        await manager.patch(`/connections/${id}`, { paused: true }),
        await manager.delete(`/connections/${id}`),
        await manager.post(`/connections/${id}/sync`),
        await manager.post(`/connections/${id}/sweep`, { carry_out: true }),
        await manager.post(`/runners/${pluginId}/reset`),
        await manager.post('/keys', {
          name: 'k',
          scopes: ['admin:runs:read'],
          expires_at: new Date(Date.now() + 1e6).toISOString(),
        }),
        await manager.delete('/keys/000000000000'),
      ];
      expect(attempts.map(({ status }) => status)).toEqual(attempts.map(() => 500));
      expect(await state()).toEqual(before);
      expect(manager.fakes.configs.size).toBe(sealed);
      expect(manager.fakes.synced).not.toContain(id);
    } finally {
      await manager.rows('alter table audit_away rename to audit');
    }
  });
});

describe('a config', () => {
  it('is in no table, no message, no log and no answer', async () => {
    await manager.connect(pluginId, { apiKey: canary });
    expect([...manager.fakes.configs.values()].some(({ config }) => holds(config))).toBe(true);
    const tables = await manager.rows<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'plugin_manager'`,
    );
    expect(tables.length).toBeGreaterThan(6);
    for (const { name } of tables) {
      const rows = await manager.rows<{ text: string }>(`select t::text as text from "${name}" t`);
      expect(rows.filter(({ text }) => holds(text))).toEqual([]);
    }
    const messages = await streamTexts();
    expect(messages.some((text) => text.includes('plugin.ConnectionChanged'))).toBe(true);
    expect(messages.filter(holds)).toEqual([]);
    expect(manager.lines.filter(holds)).toEqual([]);
    expect(manager.answers.filter(holds)).toEqual([]);
  });

  /** As it is, in base64 and in hexadecimal. */
  function holds(value: unknown): boolean {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const bytes = Buffer.from(canary);
    return [canary, bytes.toString('base64').slice(0, -4), bytes.toString('hex')].some((form) =>
      text.includes(form),
    );
  }

  /** Every message that is in a stream now. */
  async function streamTexts(): Promise<string[]> {
    const jsm = await jetstreamManager(await manager.platform.administrator());
    await eventually(async () => expect(await manager.rows('select id from outbox')).toEqual([]));
    const texts: string[] = [];
    for await (const { config, state } of jsm.streams.list())
      for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
        const message = await jsm.streams.getMessage(config.name, { seq }).catch(() => null);
        if (message !== null) texts.push(message.subject + Buffer.from(message.data).toString());
      }
    return texts;
  }
});
