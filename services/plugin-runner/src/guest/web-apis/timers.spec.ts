import { Timers } from './timers.ts';

describe('Timers', () => {
  let armed: [number, number][];
  let errors: unknown[];
  let timers: Timers;

  beforeEach(() => {
    armed = [];
    errors = [];
    timers = new Timers(
      (id, ms) => armed.push([id, ms]),
      (error) => errors.push(error),
    );
  });

  it('runs its work once with the arguments, when the host says so', () => {
    const calls: unknown[][] = [];
    const id = timers.set((...args: unknown[]) => calls.push(args), 7, {
      args: [1, 2],
      repeats: false,
    });
    expect(armed).toEqual([[id, 7]]);
    expect(timers.count).toBe(1);
    timers.fire(id);
    timers.fire(id);
    expect(calls).toEqual([[1, 2]]);
    expect(timers.count).toBe(0);
  });

  it('arms an interval again behind its work, until it is cleared', () => {
    let runs = 0;
    const id = timers.set(() => runs++, 3, { args: [], repeats: true });
    timers.fire(id);
    timers.fire(id);
    expect(armed).toEqual([
      [id, 3],
      [id, 3],
      [id, 3],
    ]);
    timers.clear(id);
    timers.fire(id);
    expect(runs).toBe(2);
    expect(armed.at(-1)).toEqual([id, -1]);
  });

  it.each([
    [undefined, 1],
    [-5, 1],
    [Number.NaN, 1],
    ['20', 20],
    [1e12, 2 ** 31 - 1],
  ])('waits for %p as %p ms', (given, ms) => {
    timers.set(() => undefined, given, { args: [], repeats: false });
    expect(armed[0]?.[1]).toBe(ms);
  });

  it('hands on what its work throws', () => {
    const fault = new Error('in a timer');
    const id = timers.set(
      () => {
        throw fault;
      },
      1,
      { args: [], repeats: false },
    );
    timers.fire(id);
    expect(errors).toEqual([fault]);
  });

  it('refuses what is no function, and more timers than can be wanted', () => {
    expect(() => timers.set('code', 1, { args: [], repeats: false })).toThrow(TypeError);
    const flood = (): void => {
      for (let index = 0; index < 2000; index++)
        timers.set(() => undefined, 1, { args: [], repeats: false });
    };
    expect(flood).toThrow(expect.objectContaining({ code: 'sandbox.too_many_timers' }));
  });
});
