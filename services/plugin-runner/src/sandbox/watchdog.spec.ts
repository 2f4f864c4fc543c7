import { Watchdog } from './watchdog.ts';

describe('Watchdog', () => {
  const clock = { isolate: 0, process: 0, wall: 0 };
  let watchdog: Watchdog;

  beforeEach(() => {
    Object.assign(clock, { isolate: 1000, process: 2000, wall: 3000 });
    watchdog = new Watchdog({
      isolateCpu: () => clock.isolate,
      processCpu: () => clock.process,
      wall: () => clock.wall,
    });
    watchdog.begin({ name: 'one step', cpuMs: 100, wallMs: 500, remedy: 'do less' });
  });

  it('lets a step be that keeps its limits', () => {
    Object.assign(clock, { isolate: 1100, process: 2300, wall: 3500 });
    expect(watchdog.breach()).toBeUndefined();
  });

  it.each([
    [
      'CPU of the isolate',
      { isolate: 1101 },
      'sandbox.cpu_limit',
      'one step used more than 100 ms of CPU; do less',
    ],
    [
      'CPU of all threads',
      { process: 2301 },
      'sandbox.cpu_limit',
      'one step used more than 100 ms of CPU; do less',
    ],
    [
      'time',
      { wall: 3501 },
      'sandbox.step_timeout',
      expect.stringMatching(/500 ms; yield more often/u),
    ],
  ])('tells of a step that takes too much %s', (_, passed, code, message) => {
    Object.assign(clock, passed);
    expect(watchdog.breach()).toEqual({ code, message });
  });

  it('counts the CPU of what goes on when nobody waits, but not its time', () => {
    watchdog.end();
    Object.assign(clock, { wall: 99_000, process: 99_000 });
    expect(watchdog.breach()).toBeUndefined();
    clock.isolate = 1101;
    expect(watchdog.breach()).toMatchObject({ code: 'sandbox.cpu_limit' });
  });

  it('begins every step anew', () => {
    Object.assign(clock, { isolate: 1090, wall: 3490 });
    watchdog.begin({ name: 'the next', cpuMs: 100, wallMs: 500, remedy: '' });
    Object.assign(clock, { isolate: 1180, wall: 3980 });
    expect(watchdog.breach()).toBeUndefined();
  });
});
