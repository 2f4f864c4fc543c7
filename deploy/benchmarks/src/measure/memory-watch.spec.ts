import { memoryUse } from './memory-watch.ts';

describe('memory over a run', () => {
  it('tells the peak of the first and of the last fifth', () => {
    expect(memoryUse([10, 30, 20, 25, 50, 40, 35, 30, 31, 33])).toEqual({
      peakMb: 50,
      earlyMb: 30,
      lateMb: 33,
    });
  });

  it('is nothing when nothing was seen', () => {
    expect(memoryUse([])).toEqual({ peakMb: 0, earlyMb: 0, lateMb: 0 });
  });
});
