import { CrashBreaker } from './crash-breaker.ts';

describe('CrashBreaker', () => {
  let now: number;
  let breaker: CrashBreaker;
  const crash = (times: number): void => {
    for (let time = 0; time < times; time++) breaker.record('sandbox.memory_limit');
  };

  beforeEach(() => {
    now = 1000;
    breaker = new CrashBreaker(() => now);
  });

  it('opens at the fifth crash in a row, and for longer from crash to crash', () => {
    crash(4);
    expect(breaker.waitMs).toBe(0);
    crash(1);
    expect(breaker.waitMs).toBe(10_000);
    now += 10_000;
    expect(breaker.waitMs).toBe(0);
    crash(1);
    expect(breaker.waitMs).toBe(20_000);
    crash(30);
    expect(breaker.waitMs).toBe(600_000);
  });

  it.each([undefined, 'plugin.error', 'sandbox.cpu_limit', 'http.status'])(
    'begins anew with an end of another kind: %s',
    (code) => {
      crash(4);
      breaker.record(code);
      crash(4);
      expect(breaker.waitMs).toBe(0);
    },
  );
});
