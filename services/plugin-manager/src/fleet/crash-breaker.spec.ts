import { isBroken, nextCrash, noCrashes } from './crash-breaker.ts';

const crash = { reason: 'SIGKILL', nowMs: 0, livedMs: 100 };

describe('nextCrash', () => {
  it('waits longer after each crash, and breaks at the sixth', () => {
    let crashes = noCrashes;
    const pauses: number[] = [];
    for (let count = 0; count < 6; count++) {
      expect(isBroken(crashes)).toBe(false);
      crashes = nextCrash(crashes, crash);
      pauses.push(crashes.notBeforeMs);
    }
    expect(pauses).toEqual([500, 1000, 2000, 5000, 10_000, 30_000]);
    expect(isBroken(crashes)).toBe(true);
    expect(crashes.reason).toBe('SIGKILL');
  });

  it('forgets what was before a minute of health', () => {
    const before = { count: 5, notBeforeMs: 0, reason: '' };
    expect(nextCrash(before, { ...crash, livedMs: 60_000 })).toMatchObject({
      count: 1,
      notBeforeMs: 500,
    });
  });
});
