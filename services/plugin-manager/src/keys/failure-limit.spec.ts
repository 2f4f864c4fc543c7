import { FailureLimit } from './failure-limit.ts';

describe('FailureLimit', () => {
  it('says after five failures in a minute that it is enough, by address', () => {
    const limit = new FailureLimit();
    const notes = Array.from({ length: 7 }, (_, n) => limit.note('a', n));
    expect(notes).toEqual([false, false, false, false, false, true, true]);
    expect(limit.note('b', 7)).toBe(false);
    expect(limit.note('a', 60_001)).toBe(false);
  });

  it('forgets the oldest addresses rather than filling the memory', () => {
    const limit = new FailureLimit();
    for (let n = 0; n < 5; n++) limit.note('first', n);
    for (let n = 0; n < 10_001; n++) limit.note(`address-${String(n)}`, 10);
    expect(limit.note('first', 11)).toBe(false);
    expect(limit.note('address-10000', 11)).toBe(false);
  });
});
