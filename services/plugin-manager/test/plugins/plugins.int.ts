import { aManifest } from '../contracts/seed-plugin.ts';
import { Manager } from '../platform/manager.ts';
import { pushForm } from '../platform/send-request.ts';

const id = 'com.example.my-connector';
const permissions = ['network:outbound:api.example.com', 'data:write:persons'];

let manager: Manager;

beforeAll(async () => {
  manager = await Manager.start();
});
afterAll(() => manager?.stop());

/** The manifest of the guide, byte for byte. */
const guideManifest = `{
  "id": "com.example.my-connector",
  "name": "My Connector",
  "version": "0.1.0",
  "type": "connector",
  "entrypoint": "./index.ts",
  "permissions": [
    "network:outbound:api.example.com",
    "event:publish:connector.*",
    "data:write:persons"
  ],
  "configSchema": {
    "type": "object",
    "properties": {
      "apiKey": { "type": "string", "description": "API key for the service" }
    },
    "required": ["apiKey"]
  }
}
`;

async function push(changes: Record<string, unknown>, sources?: Record<string, string>) {
  return manager.push(aManifest(changes), sources);
}

describe('pushing a plugin', () => {
  it('takes it from a push to a runner: stored, approved, activated', async () => {
    const pushed = await manager.push(guideManifest);
    expect(pushed).toMatchObject({
      status: 201,
      body: {
        id,
        version: '0.1.0',
        state: 'awaiting_approval',
        permissions_added: [
          'network:outbound:api.example.com',
          'event:publish:connector.*',
          'data:write:persons',
        ],
      },
    });
    const [stored] = await manager.rows<{ digest: string; sha: string; manifest: string }>(
      `select b.digest, encode(sha256(b.content), 'hex') as sha, v.manifest from bundle b join plugin_version v on v.bundle_digest = b.digest
       where v.plugin_id = $1`,
      [id],
    );
    expect(stored).toEqual({
      digest: pushed.body['bundle_digest'],
      sha: pushed.body['bundle_digest'],
      manifest: guideManifest,
    });
    const path = `/plugins/${id}/versions/0.1.0`;
    expect(await manager.post(`${path}/activate`)).toMatchObject({
      status: 409,
      body: { code: 'plugin.awaiting_approval.conflict' },
    });
    expect(await manager.post(`${path}/approve`, { permissions })).toMatchObject({
      status: 200,
      body: { state: 'awaiting_approval', permissions_added: ['event:publish:connector.*'] },
    });
    const rest = ['event:publish:connector.*'];
    expect(
      await manager.post(`${path}/approve`, { permissions: rest, activate: true }),
    ).toMatchObject({ status: 200, body: { state: 'active', permissions_added: [] } });
    expect((await manager.get(`/plugins/${id}`)).body).toMatchObject({
      state: 'active',
      active_version: '0.1.0',
    });
  });

  it('knows exactly the same push again, and refuses the same version with other content', async () => {
    const again = await manager.push(guideManifest);
    expect(again).toMatchObject({ status: 200, body: { version: '0.1.0', state: 'active' } });
    expect(await manager.push(`${guideManifest} `)).toMatchObject({
      status: 409,
      body: {
        code: 'plugin.version_exists.conflict',
        detail: expect.stringContaining('raise "version" in plugin.json') as unknown,
      },
    });
    expect(
      await manager.push(guideManifest, { 'index.ts': 'export const plugin = { sync() {} };' }),
    ).toMatchObject({ status: 409 });
    expect(await push({ version: '0.1.1', type: 'operator' })).toMatchObject({
      status: 409,
      body: { code: 'plugin.type_changed.conflict' },
    });
  });

  it('stores two pushes of one version once, when they come at the same time', async () => {
    const manifest = aManifest({ id: 'com.example.twins' });
    const answers = await Promise.all(Array.from({ length: 5 }, () => manager.push(manifest)));
    expect(answers.filter(({ status }) => status > 201)).toEqual([]);
    const versions = await manager.get('/plugins/com.example.twins/versions');
    expect(versions.body['data']).toHaveLength(1);
  });

  it('shows what a new version asks for beyond what is approved', async () => {
    const wider = [...permissions, 'network:outbound:files.example.com'];
    expect((await push({ version: '0.2.0', permissions: wider })).body).toMatchObject({
      state: 'awaiting_approval',
      permissions_added: ['network:outbound:files.example.com'],
      permissions_unused: ['event:publish:connector.*'],
    });
    const narrower = await push({ version: '0.3.0', permissions: ['data:write:persons'] });
    expect(narrower.body).toMatchObject({ state: 'inactive', permissions_added: [] });
    const unasked = { permissions: ['data:write:messages'] };
    expect(await manager.post(`/plugins/${id}/versions/0.2.0/approve`, unasked)).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('does not ask for data:write:messages') as unknown },
    });
    expect((await manager.get(`/plugins/${id}`)).body['active_version']).toBe('0.1.0');
    expect(await manager.post(`/plugins/${id}/versions/0.3.0/activate`)).toMatchObject({
      status: 200,
    });
    expect(await manager.post(`/plugins/${id}/versions/0.1.0/activate`)).toMatchObject({
      status: 200,
      body: { state: 'active' },
    });
  });

  it('takes one module instead of sources', async () => {
    const form = pushForm(aManifest({ id: 'com.example.bundled' }), {});
    form.append('bundle', new Blob(['export default { async *sync() {} };']), 'bundle.js');
    expect(await manager.post('/plugins', form)).toMatchObject({ status: 201 });
  });

  it.each<{
    what: string;
    changes?: Record<string, unknown>;
    sources?: Record<string, string>;
    code: string;
    detail: RegExp;
  }>([
    {
      what: 'a manifest without an id',
      changes: { id: undefined },
      code: 'manifest.invalid',
      detail: /"?id/u,
    },
    {
      what: 'a permission out of the grammar',
      changes: { permissions: ['network:outbound:*'] },
      code: 'manifest.invalid',
      detail: /permission/u,
    },
    {
      what: 'a configSchema that is none',
      changes: { configSchema: { type: 'nonsense' } },
      code: 'manifest.invalid',
      detail: /configSchema/u,
    },
    {
      what: 'an entry that was not pushed',
      sources: { 'src/main.ts': '' },
      code: 'bundle.no_entry',
      detail: /neither index.ts nor src\/index.ts was pushed/u,
    },
    {
      what: 'TypeScript with an error',
      sources: { 'index.ts': '\nexport const plugin = {;' },
      code: 'bundle.invalid',
      detail: /index\.ts:2: Expected/u,
    },
    {
      what: 'a module that exports no plugin',
      sources: { 'index.ts': 'export const other = 1;' },
      code: 'bundle.invalid',
      detail: /index\.ts: only other is exported; write "export const plugin = …"/u,
    },
    {
      what: 'an import of what is not there',
      sources: { 'index.ts': "import fs from 'node:fs'; export const plugin = fs;" },
      code: 'bundle.invalid',
      detail:
        /index\.ts:1: "node:fs" is neither a pushed file nor @made-open\/plugin-sdk; a plugin has no Node modules/u,
    },
  ])('refuses $what and says where and what to do', async ({ changes, sources, code, detail }) => {
    const answer = await push({ id: 'com.example.wrong', ...changes }, sources);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/u);
    expect(answer).toMatchObject({
      status: 422,
      body: {
        code,
        instance: '/admin/v1/plugins',
        detail: expect.stringMatching(detail) as unknown,
      },
    });
    expect((await manager.get('/plugins/com.example.wrong')).status).toBe(404);
  });

  it('refuses a plugin.json that is no JSON', async () => {
    expect(await manager.push('{"id":')).toMatchObject({
      status: 422,
      body: { code: 'manifest.invalid' },
    });
  });

  it.each(['../index.ts', '/etc/cron.d/x.ts', 'src/../../x.ts', '..\\x.ts', '.env', 'a//b.ts/'])(
    'refuses the file name %s',
    async (name) => {
      const answer = await push(
        { id: 'com.example.wrong' },
        { 'index.ts': 'export const plugin = {};', [name]: 'x' },
      );
      expect(answer).toMatchObject({
        status: 422,
        body: {
          code: 'upload.path',
          detail: expect.stringContaining('not a path within the plugin') as unknown,
        },
      });
    },
  );

  it('refuses what is not multipart', async () => {
    expect(await manager.post('/plugins', { manifest: {} })).toMatchObject({
      status: 415,
      body: { code: 'upload.media_type' },
    });
  });
});

describe('plugins that are there', () => {
  it('come in pages', async () => {
    for (const name of ['page-a', 'page-b', 'page-c']) await push({ id: `com.example.${name}` });
    const ids: string[] = [];
    let cursor = '';
    do {
      const page = await manager.get(`/plugins?limit=2${cursor}`);
      const { data, next_cursor: next } = page.body as {
        data: { id: string }[];
        next_cursor: string | null;
      };
      expect(data.length).toBeLessThanOrEqual(2);
      ids.push(...data.map((plugin) => plugin.id));
      cursor = next === null ? '' : `&cursor=${encodeURIComponent(next)}`;
    } while (cursor !== '');
    expect(ids).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining(['com.example.page-a', 'com.example.page-c']));
    for (const query of ['limit=0', 'limit=201', 'limit=x', 'cursor=!!', 'unknown=1'])
      expect(await manager.get(`/plugins?${query}`)).toMatchObject({
        status: 400,
        body: { code: 'request.invalid' },
      });
  });

  it('are disabled and removed, but not while a connection uses them', async () => {
    const used = await manager.install({ id: 'com.example.used' });
    const connection = await manager.connect(used);
    expect(await manager.delete(`/plugins/${used}`)).toMatchObject({
      status: 409,
      body: {
        code: 'plugin.connected.conflict',
        detail: expect.stringContaining('has 1 connections; delete them first') as unknown,
        connections: [connection],
      },
    });
    expect(await manager.post(`/plugins/${used}/disable`)).toMatchObject({
      status: 200,
      body: { state: 'inactive', active_version: null },
    });
    expect((await manager.get(`/connections/${connection}`)).body).toMatchObject({
      state: 'inactive',
      reasons: [{ code: 'plugin.no_active_version' }],
    });
    expect(await manager.post(`/connections/${connection}/sync`)).toMatchObject({
      status: 409,
      body: { reasons: [{ code: 'plugin.no_active_version' }] },
    });
    await manager.delete(`/connections/${connection}`);
    expect((await manager.delete(`/plugins/${used}`)).status).toBe(204);
    expect((await manager.get(`/plugins/${used}`)).status).toBe(404);
    expect(await manager.rows('select 1 from plugin_version where plugin_id = $1', [used])).toEqual(
      [],
    );
  });
});
