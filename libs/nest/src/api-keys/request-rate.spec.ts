import { RequestRate } from './request-rate.ts';

describe('RequestRate', () => {
  it('grants a burst, then so many a second, for each key of its own', () => {
    let nowMs = 0;
    const rate = new RequestRate({ perSecond: 2, burst: 3 }, () => nowMs);
    const grantedOf = (key: string, attempts: number): number =>
      Array.from({ length: attempts }, () => rate.take(key)).filter(({ waitMs }) => waitMs === 0)
        .length;
    expect(grantedOf('a', 5)).toBe(3);
    expect(rate.take('a')).toEqual({ waitMs: 500 });
    expect(grantedOf('b', 5)).toBe(3);
    nowMs = 1000;
    expect(grantedOf('a', 5)).toBe(2);
    nowMs = 1_000_000;
    expect(grantedOf('a', 5)).toBe(3);
  });

  it('can be looked at without taking any', () => {
    const rate = new RequestRate({ perSecond: 2, burst: 1 }, () => 0);
    expect(rate.look('a')).toEqual({ waitMs: 0 });
    expect(rate.take('a')).toEqual({ waitMs: 0 });
    expect(rate.look('a')).toEqual({ waitMs: 500 });
    expect(rate.take('a')).toEqual({ waitMs: 500 });
  });
});
