import { eventually } from '@made-open/testing';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { aManifest, guideConnector } from '../contracts/seed-plugin.ts';
import { Manager } from '../platform/manager.ts';
import { aProvider } from './a-provider.ts';

let manager: Manager;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'made-open-plugins-'));
  manager = await Manager.start({ PLUGINS_DIR: folder });
});
afterAll(async () => {
  await manager?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const unproven = { permissions: ['network:inbound'], webhooks: [{ verify: 'none' }] };
const audit = async () => (await manager.get('/audit?limit=50')).body['data'] as object[];

function lay(name: string, changes: Record<string, unknown>): void {
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, 'index.ts'), guideConnector);
  const id = `com.example.${name}`;
  writeFileSync(join(folder, name, 'plugin.json'), aManifest({ ...changes, id }));
}

describe('PLATFORM_PROFILE=hipaa', () => {
  it('takes out of use what was activated under another profile and does not fit', async () => {
    const unfit = await manager.install({ id: 'com.example.unfit', ...unproven });
    const fit = await manager.install({ ...aProvider });
    await manager.end('SIGTERM');
    await manager.run({ PLATFORM_PROFILE: 'hipaa' });
    await eventually(async () => {
      expect((await manager.get(`/plugins/${unfit}`)).body).toMatchObject({ state: 'inactive' });
    });
    expect((await manager.get(`/plugins/${fit}`)).body).toMatchObject({ state: 'active' });
    expect(await audit()).toContainEqual(
      expect.objectContaining({
        who: 'system',
        action: 'plugin.disable',
        target: `${unfit} 0.1.0`,
      }),
    );
    expect((await manager.get('/profile')).body).toMatchObject({ profile: 'hipaa' });
  });

  it('takes no push, which is noted', async () => {
    const pushed = await manager.push(aManifest({ id: 'com.example.pushed' }));
    const refused = { status: 403, body: { code: 'plugin_install_disabled' } };
    expect(pushed).toMatchObject(refused);
    expect(await manager.post('/plugin-registry/phaxio/install')).toMatchObject(refused);
    expect((await manager.get('/plugins/com.example.pushed')).status).toBe(404);
    expect(await audit()).toContainEqual(
      expect.objectContaining({
        action: 'plugin.install_denied',
        target: 'POST /admin/v1/plugins',
      }),
    );
  });

  it('loads PLUGINS_DIR, and approves and activates of it what fits', async () => {
    lay('loaded', {});
    lay('unproven', unproven);
    const path = (name: string, act: string) => `/plugins/com.example.${name}/versions/0.1.0${act}`;
    await eventually(
      async () => {
        expect((await manager.get(path('loaded', ''))).status).toBe(200);
        expect((await manager.get(path('unproven', ''))).status).toBe(200);
      },
      { timeoutMs: 60_000 },
    );
    const { permissions } = JSON.parse(aManifest()) as { permissions: string[] };
    const wanted = { permissions, activate: true };
    expect(await manager.post(path('loaded', '/approve'), wanted)).toMatchObject({ status: 200 });
    const refused = { status: 422, body: { code: 'profile.version' } };
    const inbound = { permissions: unproven.permissions };
    expect(await manager.post(path('unproven', '/approve'), inbound)).toMatchObject(refused);
    await manager.end('SIGTERM');
    await manager.run({ PLATFORM_PROFILE: 'standard' });
    await manager.post(path('unproven', '/approve'), inbound);
    await manager.end('SIGTERM');
    await manager.run({ PLATFORM_PROFILE: 'hipaa' });
    expect(await manager.post(path('unproven', '/activate'))).toMatchObject(refused);
  });
});
