import { FailureLimit } from './failure-limit.ts';

describe('FailureLimit', () => {
  let nowMs = 0;
  const limit = new FailureLimit(3, () => nowMs);

  it('makes an address wait after its failures, and no other', () => {
    for (let n = 0; n < 3; n++) {
      expect(limit.waitMs('a')).toBe(0);
      limit.note('a');
    }
    nowMs = 20_000;
    expect(limit.waitMs('a')).toBe(40_000);
    expect(limit.waitMs('b')).toBe(0);
  });

  it('begins anew after a minute', () => {
    nowMs = 60_000;
    expect(limit.waitMs('a')).toBe(0);
    limit.note('a');
    expect(limit.waitMs('a')).toBe(0);
  });

  it('keeps no more addresses than it can', () => {
    for (let n = 0; n < 3; n++) limit.note('first');
    expect(limit.waitMs('first')).toBeGreaterThan(0);
    for (let n = 0; n < 10_000; n++) limit.note(`other ${String(n)}`);
    expect(limit.waitMs('first')).toBe(0);
    for (let n = 0; n < 2; n++) limit.note('other 9999');
    expect(limit.waitMs('other 9999')).toBeGreaterThan(0);
  });
});
