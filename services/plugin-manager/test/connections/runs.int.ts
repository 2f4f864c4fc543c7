import {
  CallPlacedSchema,
  FaxFailedSchema,
  FaxSentSchema,
  MessageFailedSchema,
  MessageSentSchema,
  RunKind,
  RunnerService,
  SchedulerService,
  SyncCompletedSchema,
  SyncFailedSchema,
  SyncThrottledSchema,
} from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { randomUUID } from 'node:crypto';
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

  it('that failed are told of by the connection until one goes well, or another config is there', async () => {
    const id = await manager.connect(pluginId);
    const { bus } = manager.fakes.scheduler;
    const tell = async (
      failure: object | undefined,
      number: number,
      kind: RunKind = RunKind.SYNC,
    ) => {
      const event = { id: randomUUID(), time: new Date() };
      const options = { source: 'connector-scheduler', messageId: event.id };
      const runId = `run-${String(number)}`;
      const message = { connectionId: id, pluginId, spaceId: 'default', runId, kind };
      if (failure === undefined)
        await bus.publishEvents(SyncCompletedSchema, [{ ...event, message }], options);
      else
        await bus.publishEvents(
          SyncFailedSchema,
          [{ ...event, message: { ...message, error: failure } }],
          options,
        );
    };
    const shown = async () => (await manager.get(`/connections/${id}`)).body;
    const error = { code: 'http.status', message: 'HTTP 401' };
    await tell(error, 1);
    await eventually(async () => expect((await shown())['state']).toBe('failed'));
    const [reason] = (await shown())['reasons'] as { code: string; message: string }[];
    expect(reason?.code).toBe('connection.sync_failed');
    expect(reason?.message).toMatch(/http\.status: HTTP 401.*made-open configure/u);
    expect((await manager.post(`/connections/${id}/sync`)).status).toBe(202);
    const config = { apiKey: 'another' };
    expect(await manager.patch(`/connections/${id}`, { config })).toMatchObject({
      body: { state: 'active', reasons: [] },
    });
    await tell(error, 2);
    await eventually(async () => expect((await shown())['state']).toBe('failed'));
    await tell(undefined, 3, RunKind.REMAP);
    await tell(error, 1);
    await tell(undefined, 4);
    await eventually(async () => expect((await shown())['state']).toBe('active'));
  });

  it('and what else happens to a connection decide on its state, with the reasons', async () => {
    const id = await manager.connect(pluginId);
    const { bus } = manager.fakes.scheduler;
    const shown = async () => (await manager.get(`/connections/${id}`)).body;
    expect(await shown()).toMatchObject({ state: 'connecting' });
    const event = { id: randomUUID(), time: new Date() };
    const error = { code: 'http.status', message: 'HTTP 429' };
    const resumesAt = '2026-11-22T12:00:00.000Z';
    const message = {
      runId: 'run-5',
      connectionId: id,
      pluginId,
      spaceId: 'default',
      resumesAt,
      error,
    };
    await bus.publishEvents(SyncThrottledSchema, [{ ...event, message }], {
      source: 'connector-scheduler',
      messageId: event.id,
    });
    await eventually(async () =>
      expect(await shown()).toMatchObject({
        state: 'rate_limited',
        reasons: [{ code: 'connection.rate_limited' }],
      }),
    );
    manager.fakes.subscriptions.push({ webhook: 'changes', state: 'failed', errorCode: 'a.b' });
    expect((await manager.get(`/connections/${id}/subscriptions`)).body['data']).toMatchObject([
      { webhook: 'changes', state: 'failed', expires_at: null, error: { code: 'a.b' } },
    ]);
    manager.fakes.subscriptions.length = 0;
    expect((await manager.get('/connections/none/subscriptions')).status).toBe(404);
  });

  it('are not needed by a channel that only sends', async () => {
    const bus = await manager.platform.bus('channel-gateway');
    const [sends, calls] = [await manager.connect(pluginId), await manager.connect(pluginId)];
    const states = () =>
      Promise.all(
        [sends, calls].map(async (id) => (await manager.get(`/connections/${id}`)).body['state']),
      );
    expect(await states()).toEqual(['connecting', 'connecting']);
    const message = { connectionId: sends, attempts: 1 };
    await bus.publishEvents(MessageSentSchema, [{ message: { message } }]);
    await bus.publishEvents(CallPlacedSchema, [{ message: { call: { connectionId: calls } } }]);
    await eventually(async () => expect(await states()).toEqual(['active', 'active']));
    const refused = { ...message, errorCode: 'http.status', errorMessage: 'HTTP 401' };
    await bus.publishEvents(MessageFailedSchema, [{ message: { message: refused } }]);
    await eventually(async () => expect(await states()).toEqual(['degraded', 'active']));
    await bus.publishEvents(FaxSentSchema, [{ message: { fax: { connectionId: sends } } }]);
    await eventually(async () => expect(await states()).toEqual(['active', 'active']));
    const fax = { connectionId: calls, attempts: 1, errorCode: 'http.auth_refused' };
    await bus.publishEvents(FaxFailedSchema, [{ message: { fax } }]);
    await eventually(async () => expect(await states()).toEqual(['active', 'degraded']));
  });

  it('are ended by a person while they are open', async () => {
    await manager.post(`/connections/${await manager.connect(pluginId)}/sync`);
    expect(await manager.post('/runs/run-1/cancel')).toMatchObject({
      status: 200,
      body: { id: 'run-1', state: 'cancelled' },
    });
    expect(await manager.post('/runs/run-2/cancel')).toMatchObject({
      status: 409,
      body: { code: 'scheduler.run_ended.conflict' },
    });
    expect((await manager.post('/runs/run-99/cancel')).status).toBe(404);
    const audit = await manager.get('/audit?limit=200');
    expect(audit.body['data']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ action: 'run.cancel', target: 'run-1' }) as unknown,
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
    expect((await manager.get(`/connections/${id}/logs`)).body).toMatchObject({
      data: [{ message: 'page read', run_id: 'run-log' }],
      next_cursor: null,
    });
    expect((await manager.get(`/connections/${randomUUID()}/logs`)).status).toBe(404);
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
