import { pauseMs, pollPlanOf } from './poll-plan.ts';

describe('pauseMs', () => {
  it('grows from the first to the longest pause', () => {
    const plan = pollPlanOf({
      initialDelaySeconds: 5,
      intervalSeconds: 10,
      multiplier: 2,
      maxIntervalSeconds: 60,
    });
    expect([0, 1, 2, 3, 4, 50, 5000].map((asked) => pauseMs(plan, asked))).toEqual([
      5000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000,
    ]);
  });

  it('is a day long at most unless the manifest says otherwise', () => {
    expect(pollPlanOf()).toEqual({
      initialDelayMs: 10_000,
      intervalMs: 10_000,
      multiplier: 2,
      maxIntervalMs: 300_000,
      maxDurationMs: 86_400_000,
    });
  });
});
