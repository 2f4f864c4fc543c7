import { pluginToken, runnerConsumer, RunSyncSchema } from '@made-open/contracts';
import { eventually } from '@made-open/testing';
import { Manager } from '../platform/manager.ts';

let manager: Manager;

beforeAll(async () => {
  manager = await Manager.start({ RUNNER_IDLE_SECONDS: '2', RUNNER_MAX_REPLICAS: '4' });
});
afterAll(() => manager?.stop());

interface Scaling {
  readonly in_effect: { readonly replicas: number | null; readonly pinned: number | null };
  readonly decisions: readonly { readonly from: number; readonly to: number; reason: string }[];
}

const scaling = { max: 9, concurrency: 1, targetWaitSeconds: 1, idleSeconds: 2 };

async function scalingOf(id: string): Promise<Scaling> {
  return (await manager.get(`/plugins/${id}/scaling`)).body as unknown as Scaling;
}

async function runnersOf(id: string): Promise<Record<string, unknown> | undefined> {
  const { body } = await manager.get('/runners');
  const runners = body['data'] as Record<string, unknown>[];
  return runners.find((runner) => runner['plugin_id'] === id);
}

const becomes = (id: string, replicas: number) =>
  eventually(async () => expect(await runnersOf(id)).toMatchObject({ ready: replicas }));

const rests = (id: string) =>
  eventually(async () => expect(await runnersOf(id)).toMatchObject({ state: 'idle', wanted: 0 }));

async function burst(id: string, connectionId: string, runs: number): Promise<void> {
  const parameters = { plugin: pluginToken(id) };
  for (let epoch = 1; epoch <= runs; epoch++) {
    const run = { runId: `run-${String(epoch)}`, epoch, connectionId, pluginId: id };
    await manager.fakes.scheduler.bus.publish(RunSyncSchema, run, { parameters });
  }
}

describe('runners of a plugin', () => {
  it('become more with its work, replace one that is killed, and end when all is done', async () => {
    const id = await manager.install({ id: 'com.example.burst', scaling });
    const connectionId = await manager.connect(id);
    await rests(id);
    await burst(id, connectionId, 7);
    await becomes(id, 4);
    const pids = manager.logged('runner started').filter((line) => line['pluginId'] === id);
    process.kill(Number(pids.at(-1)?.['pid']), 'SIGKILL');
    await eventually(async () =>
      expect(await runnersOf(id)).toMatchObject({ ready: 4, crashes: 1, last_fault: 'SIGKILL' }),
    );
    // Nobody took anything yet: the processes of this test are no runners. One that is takes all of it.
    const bus = await manager.platform.runnerBus(id);
    const done: string[] = [];
    const work = bus.consume(runnerConsumer(id), ({ messageId = '' }) => {
      done.push(messageId);
      return Promise.resolve('ackAck' as const);
    });
    await rests(id);
    await work.stop();
    expect(done).toHaveLength(7);
    const { decisions, in_effect: inEffect } = await scalingOf(id);
    expect(inEffect).toMatchObject({ min: 0, max: 4, concurrency: 1, replicas: 0, pinned: null });
    expect(decisions.slice(0, 3).map(({ reason, from, to }) => [reason, from, to])).toEqual([
      ['idle', 4, 0],
      ['bounds', 1, 4],
      ['first_work', 0, 1],
    ]);
  });

  it('are as many as an operator says, until the work decides again', async () => {
    const id = await manager.install({ id: 'com.example.pinned', scaling });
    await manager.connect(id);
    const path = `/plugins/${id}/scaling`;
    const { headers } = await manager.get(path);
    expect(headers.get('etag')).toBe('"0"');
    const ask = { headers: { 'If-Match': '"0"' } };
    const pinned = await manager.put(path, { replicas: 2 }, ask);
    expect(pinned.status).toBe(200);
    expect(pinned.body).toMatchObject({ override: { replicas: 2 }, in_effect: { pinned: 2 } });
    expect((await manager.put(path, { replicas: 1 }, ask)).status).toBe(412);
    expect((await manager.put(path, { replicas: 5 })).status).toBe(422);
    expect((await manager.put(path, { min: -1 })).status).toBe(422);
    expect((await manager.put('/plugins/com.example.none/scaling', {})).status).toBe(404);
    await becomes(id, 2);
    await manager.put(path, { min: 1 });
    await becomes(id, 1);
    await manager.end('SIGTERM');
    await manager.run();
    await becomes(id, 1);
    await manager.put(path, {});
    await rests(id);
    const { text } = await manager.get('/audit');
    expect(text).toContain('"plugin.scale"');
    expect((await scalingOf(id)).decisions.map(({ reason }) => reason)).toContain('pinned');
  });

  it('are there before a scheduled run', async () => {
    const id = await manager.install({ id: 'com.example.due', scaling });
    await manager.connect(id);
    await rests(id);
    manager.fakes.dueRuns.push({ pluginId: id, dueInMs: 8000 });
    await becomes(id, 1);
    manager.fakes.dueRuns.length = 0;
    await rests(id);
    const reasons = (await scalingOf(id)).decisions.map(({ reason }) => reason);
    expect(reasons.slice(0, 2)).toEqual(['idle', 'due_soon']);
  });
});
