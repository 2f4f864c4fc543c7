import { renewalMs } from './renewal.ts';

describe('renewalMs', () => {
  it('is half of the life', () => {
    expect(renewalMs(14_400, 0)).toBe(7_200_000);
  });

  it('is short after a failure and grows, but leaves room for many more', () => {
    expect([1, 2, 3, 30].map((failures) => renewalMs(14_400, failures))).toEqual([
      1000, 2000, 4000, 720_000,
    ]);
    expect(renewalMs(10, 1)).toBe(500);
  });
});
