import { clusterReport, median } from './cluster-report.ts';

describe('the report of a cluster', () => {
  it('takes the middle of what was measured', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 9])).toBe(2);
  });

  it('shows times beside their goals, and what a missing runner costs', () => {
    const text = clusterReport({
      firstResultMs: [2500, 2000, 4000],
      fromZeroMs: [1200],
      warmMs: [100],
      memory: [
        { component: 'etl', rssMib: 70, workingSetMib: 75 },
        { component: 'nats', rssMib: 8, workingSetMib: 9 },
        { component: 'plugin-runner', rssMib: 110, workingSetMib: 120 },
      ],
      load: [0.1, 1.5],
    });
    expect(text).toMatch(/^approval to first result +2500 +2000 +4000 +3000$/mu);
    expect(text).toMatch(/^sync to request, no runner +1200 +1200 +1200 +1500$/mu);
    expect(text).toContain('no runner ÷ a runner: 12.0×');
    expect(text).toMatch(/^etl +70 +75 +50 %$/mu);
    expect(text).toMatch(/^nats +8 +9$/mu);
    expect(text).toMatch(/^plugin-runner +110 +120 +60 %$/mu);
    expect(text).toContain('load average 0.1 before, 1.5 after');
  });
});
