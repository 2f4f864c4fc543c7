import { LineBudget } from './line-budget.ts';

describe('LineBudget', () => {
  it('lets some pass at once, then as many as the time has earned', () => {
    let now = 0;
    const budget = new LineBudget(10, 3, () => now);
    const passed = (tries: number): number =>
      Array.from({ length: tries }, () => budget.take()).filter(Boolean).length;
    expect(passed(5)).toBe(3);
    now += 100;
    expect(passed(5)).toBe(1);
    now += 60_000;
    expect(passed(5)).toBe(3);
  });
});
