import { decideFrame, type FenceDecision } from './fence.ts';

const state = { runId: 'r', epoch: 5, attempt: 2, frame: 3, ended: false };

describe('decideFrame', () => {
  it.each<[string, typeof state | undefined, [number, number, number], FenceDecision]>([
    ['the first frame of a connection', undefined, [1, 1, 0], 'accept'],
    ['a later frame of an unknown attempt', undefined, [1, 1, 2], 'gap'],
    ['the next frame', state, [5, 2, 4], 'accept'],
    ['the same frame again', state, [5, 2, 3], 'repeated'],
    ['an earlier frame again', state, [5, 2, 0], 'repeated'],
    ['a frame after a missing one', state, [5, 2, 5], 'gap'],
    ['an older attempt', state, [5, 1, 4], 'outdated'],
    ['an older epoch', state, [4, 9, 4], 'outdated'],
    ['the beginning of a newer attempt', state, [5, 3, 0], 'accept'],
    ['the middle of a newer attempt', state, [5, 3, 1], 'gap'],
    ['the beginning of a newer epoch', state, [6, 1, 0], 'accept'],
    ['the end frame again', { ...state, ended: true }, [5, 2, 3], 'repeated'],
    ['a frame behind the end', { ...state, ended: true }, [5, 2, 4], 'outdated'],
  ])('%s', (_, fence, [epoch, attempt, frame], decision) => {
    expect(decideFrame(fence, { epoch, attempt, frame })).toBe(decision);
  });
});
