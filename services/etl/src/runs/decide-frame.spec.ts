import { decideFrame, type Fence, type FramePlace } from './decide-frame.ts';

const fence: Fence = {
  runId: 'r1',
  epoch: 5,
  attempt: 2,
  frame: 3,
  ended: false,
  isRemap: false,
};
const none: Fence = { ...fence, runId: '', epoch: 0, attempt: 0, frame: -1 };
const place = (change: Partial<FramePlace>): FramePlace => ({
  runId: 'r1',
  epoch: 5,
  attempt: 2,
  frame: 4,
  kind: 'records',
  isRemap: false,
  isInvocation: false,
  ...change,
});
const invocation = (change: Partial<FramePlace>): FramePlace =>
  place({ runId: 'i1', epoch: 0, attempt: 1, frame: 0, isInvocation: true, ...change });
const begin = (change: Partial<FramePlace>): FramePlace =>
  place({ frame: 0, kind: 'begin', ...change });

describe('decideFrame', () => {
  it.each([
    ['the next frame', fence, place({}), 'accept'],
    ['the last frame again', fence, place({ frame: 3 }), 'duplicate'],
    ['an early frame again', fence, place({ frame: 1 }), 'duplicate'],
    ['the begin again', fence, begin({}), 'duplicate'],
    ['a frame too far ahead', fence, place({ frame: 5 }), 'gap'],
    ['the next frame of another kind of run', fence, place({ isRemap: true }), 'invalid'],
    ['the end as the next frame', fence, place({ kind: 'end' }), 'accept'],
    ['the end too early', fence, place({ kind: 'end', frame: 9 }), 'gap'],
    ['an older attempt', fence, place({ attempt: 1, frame: 90 }), 'stale'],
    ['the begin of an older attempt', fence, begin({ attempt: 1 }), 'stale'],
    ['an older epoch with a higher attempt', fence, place({ epoch: 4, attempt: 9 }), 'stale'],
    ['the begin of a newer attempt', fence, begin({ attempt: 3 }), 'accept'],
    ['the begin of a newer epoch', fence, begin({ epoch: 6, attempt: 1, runId: 'r2' }), 'accept'],
    ['records of a newer attempt before its begin', fence, place({ attempt: 3, frame: 1 }), 'gap'],
    ['the end of a newer epoch before its begin', fence, place({ epoch: 6, kind: 'end' }), 'gap'],
    ['the first begin ever', none, begin({ epoch: 1, attempt: 1 }), 'accept'],
    ['records before any begin', none, place({ epoch: 1, attempt: 1, frame: 1 }), 'gap'],
    [
      'the end after the end, again',
      { ...fence, ended: true },
      place({ frame: 3, kind: 'end' }),
      'duplicate',
    ],
    ['a frame after the end', { ...fence, ended: true }, place({}), 'invalid'],
    ['a begin that is not frame 0', fence, place({ kind: 'begin' }), 'invalid'],
    ['a frame 0 that is no begin', fence, place({ frame: 0, attempt: 3 }), 'invalid'],
    ['another run under the same epoch', fence, place({ runId: 'r9' }), 'invalid'],
    ['no epoch', none, begin({ epoch: 0, attempt: 1 }), 'invalid'],
    ['an invocation while a run is open', fence, invocation({}), 'accept'],
    ['an invocation after the run', { ...fence, ended: true }, invocation({}), 'accept'],
    ['an invocation before any run, in its third try', none, invocation({ attempt: 3 }), 'accept'],
    ['a second frame of an invocation', fence, invocation({ frame: 1 }), 'invalid'],
    ['an invocation in an epoch', fence, invocation({ epoch: 5 }), 'invalid'],
    ['an invocation that would end a run', fence, invocation({ kind: 'end' }), 'invalid'],
    ['no attempt', none, begin({ epoch: 1, attempt: 0 }), 'invalid'],
  ] as const)('%s', (_, state, frame, expected) => {
    expect(decideFrame(state, frame)).toBe(expected);
  });
});
