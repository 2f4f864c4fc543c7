import { RunnerService, SchedulerService } from '@made-open/contracts';
import { Manager } from '../platform/manager.ts';

const { recordLogs } = RunnerService.method;
const { listRuns } = SchedulerService.method;

let manager: Manager;
let pluginId: string;

beforeAll(async () => {
  manager = await Manager.start();
  pluginId = await manager.install();
});
afterAll(() => manager?.stop());

describe('runs', () => {
  it('are asked for, listed in pages and shown', async () => {
    const id = await manager.connect(pluginId);
    const asked = await manager.post(`/connections/${id}/sync`);
    expect(asked).toMatchObject({
      status: 202,
      body: { already_running: false, run: { connection_id: id, state: 'queued' } },
    });
    expect((await manager.post(`/connections/${id}/sync`)).body['already_running']).toBe(true);
    const run = asked.body['run'] as { id: string };
    expect((await manager.get(`/runs/${run.id}`)).body).toMatchObject({ id: run.id });
    expect((await manager.get('/runs/run-99')).status).toBe(404);
    const first = await manager.get(`/connections/${id}/runs?limit=2`);
    expect(first.body['data']).toHaveLength(2);
    const cursor = encodeURIComponent(String(first.body['next_cursor']));
    const rest = await manager.get(`/connections/${id}/runs?limit=2&cursor=${cursor}`);
    expect(rest.body).toMatchObject({
      data: [{ id: 'run-3', state: 'parked' }],
      next_cursor: null,
    });
  });

  it('of the mapping are asked for beside syncs, and refused while one of those is open', async () => {
    const id = await manager.connect(pluginId);
    const asked = await manager.post(`/connections/${id}/remap`);
    expect(asked).toMatchObject({
      status: 202,
      body: { already_running: false, run: { connection_id: id, kind: 'remap' } },
    });
    expect(await manager.post(`/connections/${id}/sync`)).toMatchObject({
      status: 409,
      body: { code: 'scheduler.other_run.conflict' },
    });
    expect((await manager.post('/connections/unknown/remap')).status).toBe(404);
    await manager.patch(`/connections/${id}`, { paused: true });
    expect(await manager.post(`/connections/${id}/remap`)).toMatchObject({
      status: 409,
      body: { code: 'connection.not_active.conflict', state: 'paused' },
    });
    const { body } = await manager.get('/audit?limit=200');
    expect(body['data']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ action: 'connection.remap', target: id }) as unknown,
      ]),
    );
  });

  it('leave a log, which only runners of their plugin can write', async () => {
    const id = await manager.connect(pluginId);
    const line = { time: '2026-11-21T06:00:00.000Z', level: 'info', fieldsJson: '{"n":1}' };
    const write = async (plugin: string, message: string): Promise<void> => {
      const runner = await manager.platform.runnerBus(plugin);
      await runner.call(
        recordLogs,
        { runId: 'run-log', connectionId: id, lines: [{ ...line, message }], dropped: 0 },
        { parameters: { plugin: plugin.replaceAll('.', '_') } },
      );
    };
    await write(pluginId, 'page read');
    await write('com.example.other', 'forged');
    expect((await manager.get('/runs/run-log/logs')).body).toEqual({
      data: [{ at: line.time, level: 'info', message: 'page read', fields: { n: 1 } }],
      next_cursor: null,
    });
  });

  it('show what was quarantined', async () => {
    const id = await manager.connect(pluginId);
    expect((await manager.get(`/connections/${id}/quarantine`)).body).toMatchObject({
      data: [{ connection_id: id, reason: 'display_name must be text' }],
    });
  });

  it('say so when the service that knows does not answer', async () => {
    const id = await manager.connect(pluginId);
    manager.fakes.scheduler.off(listRuns);
    const answer = await manager.get(`/connections/${id}/runs`);
    expect(answer).toMatchObject({ status: 503, body: { code: 'bus.call_timeout' } });
  });
});
