import { aManifest } from '../contracts/seed-plugin.ts';
import { Manager } from '../platform/manager.ts';

let manager: Manager;

beforeAll(async () => {
  manager = await Manager.start();
});
afterAll(() => manager?.stop());

describe('versions', () => {
  it('are compared, rolled back and removed', async () => {
    const plugin = await manager.install({ id: 'com.example.versions' });
    const path = `/plugins/${plugin}`;
    await manager.push(
      aManifest({ id: plugin, version: '0.2.0', permissions: ['data:write:persons'] }),
    );
    expect(await manager.get(`${path}/versions/0.1.0/differences?to=0.2.0`)).toMatchObject({
      status: 200,
      body: { permissions: { added: [], removed: ['network:outbound:api.example.com'] } },
    });
    expect((await manager.get(`${path}/versions/0.1.0/differences`)).status).toBe(400);
    expect((await manager.get(`${path}/versions/0.1.0/differences?to=9`)).status).toBe(404);
    await manager.post(`${path}/versions/0.2.0/activate`);
    expect((await manager.get(path)).body).toMatchObject({
      active_version: '0.2.0',
      rollback_version: '0.1.0',
    });
    expect((await manager.delete(`${path}/versions/0.2.0`)).status).toBe(409);
    expect(await manager.post(`${path}/rollback`)).toMatchObject({
      status: 200,
      body: { version: '0.1.0', state: 'active' },
    });
    expect((await manager.post(`${path}/rollback`)).status).toBe(409);
    expect((await manager.delete(`${path}/versions/0.2.0`)).status).toBe(204);
    expect((await manager.get(`${path}/versions/0.2.0`)).status).toBe(404);
    expect((await manager.delete(`${path}/versions/0.1.0`)).status).toBe(409);
  });
});

describe('a connection', () => {
  it('is held and let go on, as often as somebody asks', async () => {
    const id = await manager.connect(await manager.install());
    const path = `/connections/${id}`;
    for (const time of [1, 2]) {
      const paused = await manager.post(`${path}/pause`);
      expect([time, paused.status, paused.body['state']]).toEqual([time, 200, 'paused']);
      expect((await manager.get(path)).headers.get('etag')).toBe(paused.headers.get('etag'));
    }
    expect((await manager.post(`${path}/sync`)).status).toBe(409);
    expect((await manager.post(`${path}/resume`)).body).toMatchObject({ state: 'connecting' });
    expect((await manager.post('/connections/none/pause')).status).toBe(404);
  });
});
