import { MemoryLogger, MemoryWorkQueues } from '../../test/platform/memory-parts.ts';
import { MemoryScalingStore } from './memory-scaling-store.ts';
import { Scaler } from './scaler.ts';

const pluginId = 'com.example.a';
const scaling = { max: 5, concurrency: 2, targetWaitSeconds: 10, idleSeconds: 60 };
const startMs = Date.UTC(2026, 0, 1);

function setUp(idleSeconds = 300) {
  const queues = new MemoryWorkQueues();
  const store = new MemoryScalingStore();
  const logger = new MemoryLogger();
  const clock = { nowMs: startMs };
  const limits = { maxReplicas: 10, concurrency: 4, idleSeconds };
  const due = new Map<string, number>();
  const scaler = new Scaler({
    queues,
    store,
    limits,
    logger,
    dueInSeconds: (id) => due.get(id),
    now: () => clock.nowMs,
  });
  const after = (seconds: number, replicas: number, pinned?: number) => {
    clock.nowMs += seconds * 1000;
    return scaler.replicas({ pluginId, lane: 'stable', scaling, concurrency: 2, replicas, pinned });
  };
  const work = (waiting: number, inHand: number, atMs = clock.nowMs) =>
    queues.work.set(pluginId, {
      waiting,
      inHand,
      oldestAt: waiting === 0 ? undefined : new Date(atMs),
    });
  const reasons = async () => (await store.entries(pluginId)).map(({ reason }) => reason);
  return { queues, store, logger, clock, due, scaler, after, work, reasons };
}

describe('Scaler', () => {
  it('starts none without work, one for the first, more when it waits, and ends all when there is none', async () => {
    const { after, work, reasons, scaler } = setUp();
    expect(await after(0, 0)).toBe(0);
    expect(scaler.lookAgainInMs(pluginId)).toBeUndefined();
    work(5, 0);
    expect(await after(0, 0)).toBe(1);
    expect(scaler.lookAgainInMs(pluginId)).toBe(1000);
    work(5, 2, startMs);
    expect(await after(11, 1)).toBe(4);
    work(0, 7);
    expect(await after(59, 4)).toBe(4);
    work(0, 1);
    expect(await after(1, 4)).toBe(1);
    work(0, 0);
    expect(await after(59, 1)).toBe(1);
    expect(await after(1, 1)).toBe(0);
    expect(await reasons()).toEqual(['idle', 'calm', 'waits_too_long', 'first_work']);
  });

  it('keeps with each decision what it was made on', async () => {
    const { after, work, store } = setUp();
    work(5, 2, startMs - 11_500);
    await after(0, 1);
    expect(await store.entries(pluginId)).toEqual([
      {
        at: new Date(startMs),
        from: 1,
        to: 4,
        reason: 'waits_too_long',
        message: '5 waiting, the oldest for 12 s, with 10 s wanted',
        figures: { waiting: 5, inHand: 2, oldestWaitSeconds: 11.5, dueInSeconds: null },
      },
    ]);
  });

  it('notes a decision once, however long it takes to be carried out', async () => {
    const { after, work, reasons } = setUp();
    work(1, 0);
    for (let look = 0; look < 3; look++) await after(1, 0);
    expect(await reasons()).toEqual(['first_work']);
    await after(0, 1);
    await after(0, 0);
    expect(await reasons()).toEqual(['first_work', 'first_work']);
  });

  it('decides also when it cannot note it', async () => {
    const { after, work, store, logger } = setUp();
    store.note = () => Promise.reject(new Error('the disk is full'));
    work(1, 0);
    expect(await after(0, 0)).toBe(1);
    expect(logger.messages).toContain('a decision on runners could not be noted');
  });

  it('has a runner ready after a change, for as long as one stays without work', async () => {
    const { after, scaler } = setUp();
    expect(await after(0, 0)).toBe(0);
    await after(100, 0);
    scaler.touch(pluginId);
    expect(await after(0, 0)).toBe(1);
    expect(await after(59, 1)).toBe(1);
    expect(await after(1, 1)).toBe(0);
    expect(await after(0, 0)).toBe(0);
  });

  it('has a runner ready for a run that is due, and notes when it was', async () => {
    const { after, due, store } = setUp();
    await after(100, 0);
    due.set(pluginId, 7.5);
    expect(await after(0, 0)).toBe(1);
    expect(await after(0, 1)).toBe(1);
    expect(await store.entries(pluginId)).toMatchObject([
      { reason: 'due_soon', figures: { dueInSeconds: 7.5 } },
    ]);
  });

  it('leaves runners as they are while nobody knows what waits', async () => {
    const { after, queues, logger } = setUp();
    await after(0, 1);
    queues.failure = new Error('away');
    expect(await after(1000, 3)).toBe(3);
    expect(logger.messages).toContain('the work of a plugin cannot be told, and its runners stay');
  });

  it('does what an operator says, first where the runners are', async () => {
    const { after, store, reasons } = setUp();
    await store.setOverride(pluginId, { min: 1, max: 2, replicas: undefined });
    expect(await after(0, 0)).toBe(1);
    await store.setOverride(pluginId, { min: undefined, max: undefined, replicas: 3 });
    expect(await after(0, 1)).toBe(3);
    expect(await after(0, 3, 0)).toBe(0);
    expect(await reasons()).toEqual(['pinned', 'pinned', 'bounds']);
  });

  it('begins anew with a plugin that it was to forget', async () => {
    const { after, scaler } = setUp();
    await after(0, 1);
    scaler.forget(pluginId);
    expect(await after(1000, 1)).toBe(1);
  });
});
