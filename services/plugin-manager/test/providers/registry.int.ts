import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { basename, dirname, join } from 'node:path';
import { presetTexts } from '../../src/presets/preset-texts.ts';
import { PluginSite } from './plugin-site.ts';
import { Manager } from '../platform/manager.ts';

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

describe('the registry', () => {
  it('has the manifests of this repository, byte for byte', () => {
    const folder = fileURLToPath(new URL('../../../../libs/plugins/providers', import.meta.url));
    const files = globSync('*/manifest.json', { cwd: folder }).toSorted();
    const read = files.map((file) => [
      basename(dirname(file)),
      readFileSync(join(folder, file), 'utf8'),
    ]);
    // When this fails: npm run generate
    expect(presetTexts).toEqual(Object.fromEntries(read));
  });

  it('is found page by page, and installed for approval', async () => {
    const first = await manager.ask('GET', '/plugin-registry?search=fax&limit=2');
    expect(first.body['items']).toHaveLength(2);
    const cursor = String(first.body['next_cursor']);
    const next = await manager.ask('GET', `/plugin-registry?search=fax&limit=2&cursor=${cursor}`);
    expect(next.body['items']).not.toEqual(first.body['items']);
    const shown = await manager.ask('GET', '/plugin-registry/phaxio');
    const installed = await manager.post('/plugin-registry/phaxio/install');
    expect(installed).toMatchObject({
      status: 201,
      body: {
        state: 'awaiting_approval',
        digest: shown.body['sha256'],
        permissions_required: shown.body['permissions'],
      },
    });
    expect((await manager.post('/plugin-registry/phaxio/install')).status).toBe(200);
    expect((await manager.get('/audit?limit=1')).body['data']).toMatchObject([
      { action: 'plugin.install', target: expect.stringContaining('phaxio 1.') as unknown },
    ]);
  });

  it('is opened to nobody without a key, and installs for nobody who may only read', async () => {
    expect((await manager.ask('GET', '/plugin-registry', { key: '' })).status).toBe(401);
    const key = await manager.key(['admin:plugins:read']);
    expect((await manager.ask('GET', '/plugin-registry', { key })).status).toBe(200);
    expect((await manager.post('/plugin-registry/sinch/install', {}, { key })).status).toBe(403);
  });

  it('installs what is expected from an address whose host the operator allows', async () => {
    const other = { ...site.wanted, sha256: 'a'.repeat(64) };
    expect(await manager.post('/plugins/install', other)).toMatchObject({
      status: 422,
      body: { code: 'install.digest', sha256: site.wanted.sha256 },
    });
    expect(await manager.post('/plugins/install', site.wanted)).toMatchObject({
      status: 201,
      body: { id: 'site-fax', digest: site.wanted.sha256, state: 'awaiting_approval' },
    });
    const wanted = { ...site.wanted, url: 'https://other.example.com/a.json' };
    expect(await manager.post('/plugins/install', wanted)).toMatchObject({
      status: 403,
      body: { code: 'install.host_not_allowed.forbidden' },
    });
  });
});
