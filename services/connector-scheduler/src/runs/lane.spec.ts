import { uuidv7 } from 'uuidv7';
import { laneOf } from './lane.ts';

const share = (percent: number, isOwed = false) => ({ version: '2.0.0', percent, isOwed });

describe('laneOf', () => {
  it('gives a version about its share of the runs, and each run always the same lane', () => {
    const runs = Array.from({ length: 2000 }, () => uuidv7());
    const tried = runs.filter((runId) => laneOf(runId, share(20)) === 'canary');
    // Six standard deviations to either side.
    expect(tried.length).toBeGreaterThan(290);
    expect(tried.length).toBeLessThan(510);
    expect(tried.every((runId) => laneOf(runId, share(20)) === 'canary')).toBe(true);
    expect(tried.every((runId) => laneOf(runId, share(60)) === 'canary')).toBe(true);
  });

  it.each([
    ['all runs to the active version when none is tried out', undefined, 'stable'],
    ['a run that is owed whatever the share', share(0, true), 'canary'],
    ['none without a share', share(0), 'stable'],
    ['all of them', share(100), 'canary'],
  ] as const)('gives %s', (_, canary, lane) => {
    expect(laneOf('019b0000-0000-7000-8000-000000000001', canary)).toBe(lane);
  });
});
