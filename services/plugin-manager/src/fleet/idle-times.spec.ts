import { MemoryWorkload } from '../../test/platform/memory-parts.ts';
import { IdleTimes } from './idle-times.ts';

const id = 'com.example.a';

function setUp(idleMs = 60_000) {
  const workload = new MemoryWorkload();
  let now = 0;
  const times = new IdleTimes(workload, idleMs, () => now);
  const after = (ms: number, scaling?: { min?: number; idleSeconds?: number }) => {
    now += ms;
    return times.isIdle({ id, ...(scaling === undefined ? {} : { scaling }) });
  };
  return { workload, times, after };
}

describe('IdleTimes', () => {
  it('counts from the last work, and from what happens to a plugin', async () => {
    const { workload, times, after } = setUp();
    expect(await after(0)).toBe(false);
    expect(await after(59_999)).toBe(false);
    expect(await after(1)).toBe(true);
    workload.counts.set(id, 1);
    expect(await after(0)).toBe(false);
    workload.counts.clear();
    expect(await after(59_999)).toBe(false);
    expect(await after(1)).toBe(true);
    times.touch(id);
    expect(await after(600_000)).toBe(false);
    expect(await after(60_000)).toBe(true);
  });

  it('ends none while nobody knows what waits', async () => {
    const { workload, after } = setUp();
    await after(0);
    workload.failure = new Error('away');
    expect(await after(60_000)).toBe(false);
  });

  it('goes by what the plugin says of itself', async () => {
    const { after } = setUp();
    await after(0);
    expect(await after(10_000, { idleSeconds: 10 })).toBe(true);
    expect(await after(60_000, { idleSeconds: 90 })).toBe(false);
    expect(await after(600_000, { min: 1 })).toBe(false);
  });

  it('lets runners be where nothing else is wanted', async () => {
    const { after } = setUp(0);
    await after(0);
    expect(await after(600_000, { idleSeconds: 1 })).toBe(false);
  });
});
