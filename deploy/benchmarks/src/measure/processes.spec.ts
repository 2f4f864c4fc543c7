import { parseStatus } from './processes.ts';

describe('what /proc tells of a process', () => {
  it('reads times behind a name that looks like fields', () => {
    const text =
      '4711 (a) S 99 (x) R 12 4711 4711 0 -1 4194560 100 200 0 0 150 50 30 20 20 0 11 0 5 1 2 3';
    expect(parseStatus(text)).toEqual({
      pid: 4711,
      parent: 12,
      ownMs: 2000,
      endedChildrenMs: 500,
    });
  });
});
