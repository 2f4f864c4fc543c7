import { judgeCanary, type RunTally, type Verdict } from './canary.ts';

const settings = { percent: 10, minRuns: 3, maxExtraFailures: 10 };
const tally = (runs: number, failed: number): RunTally => ({ runs, failed });

describe('judgeCanary', () => {
  it.each<[string, RunTally, RunTally, Verdict['kind']]>([
    ['goes on while too few runs have ended', tally(2, 2), tally(50, 0), 'go on'],
    ['returns what fails more', tally(3, 1), tally(50, 0), 'return'],
    ['returns what fails while nothing else ran', tally(3, 3), tally(0, 0), 'return'],
    ['goes on when the active version fails as much', tally(4, 3), tally(8, 6), 'go on'],
    ['goes on within what is allowed', tally(10, 1), tally(10, 0), 'go on'],
    ['goes on for ever unless it is to be promoted', tally(500, 0), tally(500, 0), 'go on'],
  ])('%s', (_, canary, stable, kind) => {
    expect(judgeCanary(settings, { canary, stable }, undefined).kind).toBe(kind);
  });

  it('promotes after enough good runs, when that was asked for', () => {
    const asked = { ...settings, promoteAfterRuns: 5 };
    const stable = tally(0, 0);
    expect(judgeCanary(asked, { canary: tally(4, 0), stable }, undefined).kind).toBe('go on');
    expect(judgeCanary(asked, { canary: tally(5, 0), stable }, undefined)).toEqual({
      kind: 'promote',
      code: 'canary.did_well',
      reason: '0 of 5 runs failed under it',
    });
    expect(judgeCanary(asked, { canary: tally(5, 1), stable }, undefined).kind).toBe('return');
  });

  it('returns what has no runner that lives, before any run has ended', () => {
    const none = { canary: tally(0, 0), stable: tally(9, 9) };
    const trouble = { code: 'canary.runners_crashed', reason: 'exit code 1' } as const;
    expect(judgeCanary(settings, none, trouble)).toEqual({ kind: 'return', ...trouble });
  });

  it('says why in figures', () => {
    const seen = { canary: tally(3, 2), stable: tally(1, 0) };
    expect(judgeCanary(settings, seen, undefined)).toMatchObject({
      code: 'canary.failed_more',
      reason:
        '2 of 3 runs failed under it, and 0 of 1 run under the active version; 10 of 100 more are allowed',
    });
  });
});
