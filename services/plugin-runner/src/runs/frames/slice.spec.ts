import { SliceUsage } from './slice.ts';

const limits = { wallMs: 100, items: 10, bytes: 1000, unslicedWallMs: 500 };
const frame = { items: 4, bytes: 300, events: 1, hasCheckpoint: false };

describe('SliceUsage', () => {
  it.each([
    ['items', { items: 11 }],
    ['bytes', { bytes: 1001 }],
  ])('is full with too many %s', (_, change) => {
    const usage = new SliceUsage();
    usage.add(frame);
    expect(usage.isFull(limits)).toBe(false);
    usage.add({ ...frame, ...change });
    expect(usage.isFull(limits)).toBe(true);
    expect(usage.events).toBe(2);
  });

  it('is full after the time that the plugin may take, and stuck without a checkpoint', () => {
    const usage = new SliceUsage();
    usage.pluginMs = 450;
    expect([usage.isFull(limits), usage.isStuck(limits)]).toEqual([true, false]);
    usage.add({ ...frame, hasCheckpoint: true });
    usage.pluginMs = 900;
    expect(usage.isStuck(limits)).toBe(false);
    usage.pluginMs = 951;
    expect(usage.isStuck(limits)).toBe(true);
  });
});
