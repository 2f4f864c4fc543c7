import { EntityService, WalletService } from '@made-open/contracts';
import { RemoteError } from '@made-open/bus';
import { eventually } from '@made-open/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { Manager } from '../platform/manager.ts';
import type { Answer } from '../platform/send-request.ts';

const { eraseConnection, resolveSweep, replayQuarantine } = EntityService.method;
const { deleteConfig } = WalletService.method;
const item = '9d3f0c52-6b1e-4f7a-9a40-2c8e5d7b1f36';

let manager: Manager;
let pluginId: string;

beforeAll(async () => {
  manager = await Manager.start();
  pluginId = await manager.install();
});
afterAll(() => manager?.stop());

/** A connection whose newest run waits with its sweep. */
async function held(): Promise<{ id: string; run: string }> {
  const id = await manager.connect(pluginId);
  const { body } = await manager.post(`/connections/${id}/sync`);
  const { id: run } = body['run'] as { id: string };
  manager.fakes.held.add(run);
  return { id, run };
}

async function ended({ body }: Answer): Promise<Record<string, unknown>> {
  return eventually(async () => {
    const task = await manager.get(`/tasks/${String(body['id'])}`);
    expect(task.body['state']).not.toBe('working');
    return task.body;
  });
}

const shown = async (run: string) => (await manager.get(`/runs/${run}`)).body;

describe('a sweep that is held', () => {
  it('is decided on at once and carried out behind the answer, as the run shows', async () => {
    const { id, run } = await held();
    let release: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => (release = resolve));
    manager.fakes.etl.on(resolveSweep, async ({ runId }) => {
      await waiting;
      return { deleted: runId === run ? 300_000 : 0 };
    });
    expect(await shown(run)).toMatchObject({ sweep_held: true, sweep: null });
    const decided = await manager.post(`/connections/${id}/sweep`, { carry_out: true });
    expect(decided).toMatchObject({
      status: 202,
      body: { kind: 'sweep', state: 'working', run_id: run, affected: 0 },
    });
    expect(await shown(run)).toMatchObject({ sweep_held: false, sweep: { state: 'working' } });
    expect(await manager.post(`/connections/${id}/quarantine/replay`)).toMatchObject({
      status: 409,
      body: { code: 'connection.busy.conflict' },
    });
    release();
    expect(await ended(decided)).toMatchObject({ state: 'done', affected: 300_000 });
    expect(await shown(run)).toMatchObject({
      sweep_held: false,
      sweep: { state: 'done', affected: 300_000 },
    });
    expect(await manager.post(`/connections/${id}/sweep`, { carry_out: true })).toMatchObject({
      status: 409,
      body: { code: 'connection.no_sweep.conflict' },
    });
    const target = `${id}: 300000`;
    await eventually(async () =>
      expect(
        await manager.rows('select action, outcome from audit where target = $1', [target]),
      ).toEqual([{ action: 'connection.sweep', outcome: 'done' }]),
    );
  });

  it('goes on when etl did not answer', async () => {
    const { id, run } = await held();
    const asked: string[] = [];
    manager.fakes.etl.on(resolveSweep, async ({ runId }) => {
      await delay(10);
      asked.push(runId);
      if (asked.length === 1) throw new RemoteError('etl.unavailable', 'no answer', 'later');
      return { deleted: 7 };
    });
    const decided = await manager.post(`/connections/${id}/sweep`, { carry_out: true });
    expect(await ended(decided)).toMatchObject({ state: 'done', affected: 7, error: null });
    expect(asked).toEqual([run, run]);
  });

  it('is decided on for the run that was looked at alone', async () => {
    const { id, run } = await held();
    const body = { carry_out: true, run_id: '0b8a2c5e-1d7f-4c7b-8a36-5e2f9d1c7b44' };
    const other = await manager.post(`/connections/${id}/sweep`, body);
    expect(other).toMatchObject({ status: 409, body: { code: 'connection.other_sweep.conflict' } });
    expect(other.body['detail']).toContain(run);
    manager.fakes.etl.on(resolveSweep, () => ({ deleted: 1 }));
    const same = await manager.post(`/connections/${id}/sweep`, { ...body, run_id: run });
    expect(await ended(same)).toMatchObject({ state: 'done', run_id: run });
  });

  it('waits again when it could not be carried out', async () => {
    const { id, run } = await held();
    manager.fakes.etl.on(resolveSweep, () => {
      throw new RemoteError('etl.invalid_request', 'no such connection', 'never');
    });
    const decided = await manager.post(`/connections/${id}/sweep`, { carry_out: true });
    expect(await ended(decided)).toMatchObject({
      state: 'failed',
      error: { code: 'etl.invalid_request' },
    });
    expect(await shown(run)).toMatchObject({ sweep_held: true, sweep: { state: 'failed' } });
  });

  it('is none where none waits', async () => {
    const id = await manager.connect(pluginId);
    expect((await manager.post(`/connections/${id}/sweep`, { carry_out: true })).status).toBe(409);
    expect((await manager.post(`/connections/${id}/sweep`, {})).status).toBe(422);
    expect((await manager.post('/connections/none/sweep', { carry_out: true })).status).toBe(404);
  });
});

describe('the quarantine', () => {
  it('is tried again page by page, over a restart', async () => {
    const id = await manager.connect(pluginId);
    const pages: string[] = [];
    manager.fakes.etl.on(replayQuarantine, async ({ cursor, ids }) => {
      pages.push(`${cursor}${ids.join()}`);
      if (pages.length === 2) await manager.end('SIGKILL');
      return {
        replayed: 2,
        refused: 1,
        nextCursor: pages.length > 3 ? '' : `p${String(pages.length)}`,
      };
    });
    const asked = await manager.post(`/connections/${id}/quarantine/replay`);
    expect(asked).toMatchObject({ status: 202, body: { kind: 'replay', run_id: null } });
    await eventually(() => expect(pages.length).toBeGreaterThan(1));
    await manager.rows(`update task set free_at = now() where state = 'working'`);
    await manager.run();
    const done = await ended(asked);
    expect(done['state']).toBe('done');
    expect(pages.slice(0, 3)).toEqual(['', 'p1', 'p1']);
    const list = await manager.get(`/connections/${id}/tasks`);
    expect(list.body).toMatchObject({ data: [{ id: asked.body['id'] }], next_cursor: null });
    expect((await manager.get('/tasks/none')).status).toBe(404);
  });

  it('is dropped, all of it or what is named', async () => {
    const id = await manager.connect(pluginId);
    expect((await manager.post(`/connections/${id}/quarantine/drop`)).body).toEqual({ dropped: 3 });
    expect(
      (await manager.post(`/connections/${id}/quarantine/drop`, { ids: [item] })).body,
    ).toEqual({ dropped: 1 });
    expect(manager.fakes.dropped).toEqual([[], [item]]);
    expect((await manager.post(`/connections/${id}/quarantine/drop`, { ids: [] })).status).toBe(
      422,
    );
    expect((await manager.post('/connections/none/quarantine/drop')).status).toBe(404);
  });
});

describe('a connection that is deleted with its data', () => {
  it('is gone for all others at once, is erased step by step, and goes last', async () => {
    const id = await manager.connect(pluginId);
    const path = `/connections/${id}`;
    const generations: number[] = [];
    let release: () => void = () => undefined;
    const waiting = new Promise<void>((resolve) => (release = resolve));
    manager.fakes.etl.on(eraseConnection, async ({ generation }) => {
      generations.push(generation);
      await waiting;
      return { done: generations.length === 3, erased: 2000 };
    });
    const asked = await manager.delete(`${path}?data=erase`);
    expect(asked).toMatchObject({ status: 202, body: { kind: 'delete', state: 'working' } });
    await eventually(() => expect(generations).toHaveLength(1));
    expect((await manager.get(path)).body).toMatchObject({
      state: 'deleting',
      reasons: [{ code: 'connection.deleting' }],
    });
    for (const refused of [
      await manager.patch(path, { paused: true }),
      await manager.post(`${path}/sync`),
      await manager.delete(path),
      await manager.delete(`${path}?data=erase`),
    ])
      expect(refused.status).toBe(409);
    expect(manager.fakes.configs.has(id)).toBe(true);
    release();
    expect(await ended(asked)).toMatchObject({ state: 'done', affected: 6000 });
    expect(generations.every((generation) => generation > 1)).toBe(true);
    expect(manager.fakes.configs.has(id)).toBe(false);
    expect((await manager.get(path)).status).toBe(404);
    expect((await manager.get(`${path}/tasks`)).body['data']).toHaveLength(1);
    expect((await manager.delete(`${path}?data=all`)).status).toBe(400);
  });
});

describe('a connection that is deleted without its data', () => {
  it('keeps its config over a kill, until its plugin has unsubscribed', async () => {
    const id = await manager.connect(pluginId);
    const path = `/connections/${id}`;
    manager.fakes.subscriptions.push({ webhook: 'changes', state: 'active' });
    const asked = await manager.delete(path);
    expect(asked).toMatchObject({ status: 202, body: { kind: 'remove', state: 'working' } });
    expect((await manager.get(path)).body).toMatchObject({ state: 'deleting' });
    await manager.end('SIGKILL');
    await manager.rows(`update task set free_at = now() where state = 'working'`);
    await manager.run();
    expect((await manager.post(`${path}/sync`)).status).toBe(409);
    expect(manager.fakes.configs.has(id)).toBe(true);
    manager.fakes.subscriptions.length = 0;
    expect(await ended(asked)).toMatchObject({ state: 'done', error: null });
    expect(manager.fakes.configs.has(id)).toBe(false);
    expect((await manager.get(path)).status).toBe(404);
    expect((await manager.get('/deleted-connections?limit=200')).text).toContain(id);
  });

  it('is gone even when the manager is killed in the middle', async () => {
    const id = await manager.connect(pluginId);
    manager.fakes.wallet.on(deleteConfig, async () => {
      await manager.end('SIGKILL');
      return {};
    });
    await expect(manager.delete(`/connections/${id}`)).rejects.toThrow();
    manager.fakes.answerAsWallet();
    await manager.rows(`update task set free_at = now() where state = 'working'`);
    await manager.run();
    await eventually(async () =>
      expect((await manager.get(`/connections/${id}`)).status).toBe(404),
    );
    const { body } = await manager.get(`/connections/${id}/tasks`);
    expect(body).toMatchObject({ data: [{ kind: 'remove', state: 'done' }] });
  });

  it('stays while something else goes on for it, which can be ended', async () => {
    const id = await manager.connect(pluginId);
    manager.fakes.etl.on(replayQuarantine, () => {
      throw new RemoteError('etl.away', 'not now', 'later');
    });
    const { body } = await manager.post(`/connections/${id}/quarantine/replay`);
    expect(await manager.delete(`/connections/${id}`)).toMatchObject({
      status: 409,
      body: { code: 'connection.busy.conflict' },
    });
    expect(await manager.post(`/tasks/${String(body['id'])}/cancel`)).toMatchObject({
      body: { state: 'failed', error: { code: 'task.cancelled' } },
    });
    expect((await manager.delete(`/connections/${id}`)).status).toBe(204);
    expect((await manager.post(`/tasks/${String(body['id'])}/retry`)).status).toBe(404);
  });
});

describe('what a deleted connection left', () => {
  it('is listed, exported and erased by its id, after the plugin is gone too', async () => {
    const gone = await manager.install({ id: 'com.example.gone' });
    const id = await manager.connect(gone);
    const path = `/connections/${id}`;
    expect((await manager.delete(`${path}?data=keep`)).status).toBe(204);
    expect((await manager.delete(`/plugins/${gone}`)).status).toBe(204);
    const kept = async () =>
      ((await manager.get('/deleted-connections?limit=200')).body['data'] as object[]).filter(
        (each) => 'id' in each && each.id === id,
      );
    expect(await kept()).toMatchObject([{ plugin_id: gone, name: 'Mine', space_id: 'default' }]);
    expect((await manager.get(path)).status).toBe(404);
    expect((await manager.get(`${path}/export`)).status).toBe(200);
    expect((await manager.delete(path)).status).toBe(404);
    manager.fakes.etl.on(eraseConnection, () => ({ done: true, erased: 7 }));
    const asked = await manager.delete(`${path}?data=erase`);
    expect(asked).toMatchObject({ status: 202, body: { kind: 'delete' } });
    expect(await ended(asked)).toMatchObject({ state: 'done', affected: 7 });
    expect(await kept()).toEqual([]);
    expect((await manager.get(`${path}/export`)).status).toBe(404);
    expect((await manager.delete(`${path}?data=erase`)).status).toBe(404);
  });
});

describe('checkpoints', () => {
  it('are shown, and can be gone back to', async () => {
    const path = `/connections/${await manager.connect(pluginId)}/checkpoints`;
    expect((await manager.get(path)).body).toMatchObject({
      data: [{ epoch: 12, state: { state: { page: 7 } }, is_current: true }],
    });
    expect(await manager.post(`${path}/rewind`, { epoch: 3 })).toMatchObject({
      status: 200,
      body: { data: [{ epoch: 3 }] },
    });
    expect((await manager.post(`${path}/rewind`, { epoch: -1 })).status).toBe(422);
    expect((await manager.get('/connections/none/checkpoints')).status).toBe(404);
  });
});
