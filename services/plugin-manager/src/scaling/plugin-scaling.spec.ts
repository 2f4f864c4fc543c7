import { aVersion } from '../../test/contracts/plugin-store.contract.ts';
import type { RunnerSetStatus } from '../fleet/fleet-driver.ts';
import { MemoryPluginStore } from '../plugins/memory-plugin-store.ts';
import { MemoryScalingStore } from './memory-scaling-store.ts';
import { PluginScaling } from './plugin-scaling.ts';
import { scalingView } from './scaling-view.ts';

const id = 'com.example.my-connector';
const nothing = { min: undefined, max: undefined, replicas: undefined };

async function setUp() {
  const plugins = new MemoryPluginStore();
  await plugins.add(aVersion({ scaling: { max: 4, concurrency: 2 } }));
  const scaling = new MemoryScalingStore();
  const looked: string[] = [];
  const sets: RunnerSetStatus[] = [];
  const subject = new PluginScaling({
    plugins,
    scaling,
    limits: { maxReplicas: 10, concurrency: 4, idleSeconds: 300 },
    fleet: {
      sets: () => Promise.resolve(sets),
      // As where there is room for no more.
      concurrencyOf: ({ scaling: asked }) => Math.min(asked?.concurrency ?? 4, 1),
      look: (pluginId) => looked.push(pluginId),
    },
  });
  return { plugins, scaling, looked, sets, subject };
}

const aStatus: RunnerSetStatus = {
  pluginId: id,
  version: '0.1.0',
  lane: 'stable',
  fingerprint: 'f',
  wanted: 3,
  present: 3,
  ready: 3,
  crashes: 0,
  isBroken: false,
  fault: undefined,
  startedAt: undefined,
  pinned: undefined,
};

describe('PluginScaling', () => {
  it('shows what the active version asks for, what is in effect, and what was decided', async () => {
    const { plugins, scaling, sets, subject } = await setUp();
    await plugins.activate(id, { version: '0.1.0', name: 'My Connector' });
    sets.push(aStatus);
    const figures = { waiting: 5, inHand: 2, oldestWaitSeconds: 41, dueInSeconds: null };
    await scaling.note(id, {
      at: new Date('2026-01-01T00:00:00.000Z'),
      from: 1,
      to: 3,
      reason: 'waits_too_long',
      message: 'why',
      figures,
    });
    expect(scalingView(await subject.show(id))).toEqual({
      plugin_id: id,
      manifest: {
        min: null,
        max: 4,
        concurrency: 2,
        target_wait_seconds: null,
        idle_seconds: null,
      },
      override: { min: null, max: null, replicas: null },
      in_effect: {
        min: 0,
        max: 4,
        concurrency: 1,
        target_wait_seconds: 30,
        idle_seconds: 300,
        pinned: null,
        replicas: 3,
      },
      decisions: [
        {
          at: '2026-01-01T00:00:00.000Z',
          from: 1,
          to: 3,
          reason: 'waits_too_long',
          message: 'why',
          waiting: 5,
          in_hand: 2,
          oldest_wait_seconds: 41,
          due_in_seconds: null,
        },
      ],
    });
  });

  it('lets an operator say otherwise, and has the plugin looked at', async () => {
    const { looked, subject } = await setUp();
    const changed = await subject.change(id, { ...nothing, replicas: 2 }, 0);
    expect(changed).toMatchObject({ pinned: 2, wanted: undefined, override: { revision: 1 } });
    expect(looked).toEqual([id]);
    await expect(subject.change(id, nothing, 0)).rejects.toMatchObject({
      status: 412,
      code: 'scaling.changed',
    });
    expect(await subject.change(id, nothing, undefined)).toMatchObject({ pinned: undefined });
  });

  it('shows first what was set where runners run, of the active version alone', async () => {
    const { plugins, sets, subject } = await setUp();
    await plugins.activate(id, { version: '0.1.0', name: 'My Connector' });
    const others = [
      { ...aStatus, version: '0.2.0', lane: 'canary', pinned: 7 },
      { ...aStatus, version: '0.0.9', wanted: 9, pinned: 9 },
    ] as const;
    sets.push({ ...aStatus, pinned: 5 }, ...others);
    expect(await subject.change(id, { ...nothing, replicas: 2 }, 0)).toMatchObject({
      pinned: 5,
      wanted: 3,
    });
  });

  it.each([
    [{ ...nothing, min: 3, max: 2 }, 'min must not be greater than max'],
    [{ ...nothing, replicas: 11 }, 'replicas must not be greater than 10, RUNNER_MAX_REPLICAS'],
    [{ ...nothing, min: 11, max: 12 }, 'min must not be greater than 10, RUNNER_MAX_REPLICAS'],
  ])('refuses what cannot be: %j', async (wanted, fault) => {
    const { looked, scaling, subject } = await setUp();
    const members = { errors: expect.arrayContaining([fault]) as unknown };
    await expect(subject.change(id, wanted, undefined)).rejects.toMatchObject({
      status: 422,
      code: 'scaling.bounds',
      members,
    });
    expect(looked).toEqual([]);
    expect(await scaling.override(id)).toMatchObject({ revision: 0 });
  });

  it('knows only plugins that there are', async () => {
    const { subject } = await setUp();
    const missing = { status: 404, code: 'plugin.not_found' };
    await expect(subject.show('com.example.none')).rejects.toMatchObject(missing);
    await expect(subject.change('com.example.none', nothing, 0)).rejects.toMatchObject(missing);
  });
});
