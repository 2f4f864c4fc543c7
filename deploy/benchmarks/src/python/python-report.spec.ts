import { pythonReport } from './python-report.ts';

describe('pythonReport', () => {
  it('sets Python beside JavaScript', () => {
    const taken = { bytes: 1, wallMs: 400, cpuMs: 300, residentMb: 180 };
    const of = (runtime: 'javascript' | 'python', itemsPerCpuSecond: number) => ({
      runtime,
      start: taken,
      sync: taken,
      itemsPerCpuSecond,
    });
    const report = pythonReport({
      items: 10_000,
      rounds: 3,
      machine: { cores: 2, load: 1 },
      languages: [of('javascript', 60_000), of('python', 20_000)],
    });
    expect(report).toContain('Python brings 33 % of the items');
    expect(report).toContain('20000 items per second of CPU');
  });
});
