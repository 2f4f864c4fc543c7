import { readStat, usageOf } from './process-usage.ts';

describe('readStat', () => {
  it('reads CPU and memory behind a name with parentheses and spaces', () => {
    const fields = Array.from({ length: 49 }, (_, index) => String(index + 4));
    const text = `42 (made (open) S 1) S ${fields.join(' ')}`;
    expect(readStat(text)).toEqual({ residentMb: (24 * 4096) / 1_048_576, cpuMs: 290 });
  });
});

describe('usageOf', () => {
  it('says nothing of a process that is gone', () => {
    expect(usageOf(-1)).toEqual({ residentMb: 0, cpuMs: 0 });
  });
});
