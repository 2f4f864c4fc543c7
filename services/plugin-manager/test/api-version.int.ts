import { readEvents } from '@made-open/bus';
import { ConnectionChangedSchema, ConnectionState } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { aManifest } from './contracts/seed-plugin.ts';
import { Manager } from './platform/manager.ts';

let manager: Manager;

beforeAll(async () => {
  manager = await Manager.start();
});
afterAll(() => manager?.stop());

describe('a plugin that this platform does not run any more', () => {
  it('is refused, stopped at the start with a reason, and goes on with another version', async () => {
    const pushed = await manager.push(aManifest({ apiVersion: 99 }));
    expect(pushed.status).toBe(422);
    expect(pushed.text).toContain('update the platform');
    const plugin = await manager.install();
    const path = `/connections/${await manager.connect(plugin)}`;
    const state = async () => (await manager.get(path)).body;
    expect(await state()).toMatchObject({ state: 'connecting' });
    await manager.end('SIGTERM');
    // As an update of the platform would leave it.
    await manager.rows(`update plugin_version set manifest = $1`, [aManifest({ apiVersion: 99 })]);
    await manager.run();
    expect(await state()).toMatchObject({
      state: 'inactive',
      reasons: [{ code: 'plugin.api_version' }],
    });
    const nats = await jetstreamManager(await manager.platform.administrator());
    await eventually(async () => {
      const subject = 'plugin.ConnectionChanged';
      const last = await nats.streams.getMessage('PLUGIN', { last_by_subj: subject });
      const [event] = last === null ? [] : readEvents(ConnectionChangedSchema, last.data);
      expect(event?.message.state).toBe(ConnectionState.INACTIVE);
    });
    expect((await manager.get('/runners')).body['data']).toEqual([]);
    expect((await manager.get(`/plugins/${plugin}/versions/0.1.0`)).body).toMatchObject({
      api_version: 99,
      fault: expect.stringContaining('update the platform') as unknown,
    });
    await manager.push(aManifest({ version: '0.2.0' }));
    expect((await manager.post(`/plugins/${plugin}/versions/0.2.0/activate`)).status).toBe(200);
    expect(await state()).toMatchObject({ state: 'connecting' });
    expect(await manager.post(`/plugins/${plugin}/versions/0.1.0/activate`)).toMatchObject({
      status: 409,
      body: { code: 'plugin.api_version.conflict' },
    });
  });
});
