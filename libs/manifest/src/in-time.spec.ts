import { inTime } from './in-time.ts';

/** Blocks without using the CPU, as a machine does that has no time for us. */
const sleep = (ms: number): void =>
  void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

describe('inTime', () => {
  it('gives what the work gives, and its errors', () => {
    expect(inTime(() => 42)).toBe(42);
    expect(() => inTime(() => JSON.parse('{'))).toThrow(SyntaxError);
  });

  it('stops work that does not end', () => {
    expect(() => inTime(() => /^(a+)+$/u.test(`${'a'.repeat(64)}b`))).toThrow('timed out');
  });

  it('goes on with work that only had to wait for the machine', () => {
    let tries = 0;
    const work = (): string => {
      if (++tries === 1) sleep(700);
      return 'done';
    };
    expect(inTime(work)).toBe('done');
  });
});
