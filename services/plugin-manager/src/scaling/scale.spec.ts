import { scale, type ScaleFacts } from './scale.ts';

const policy = { min: 0, max: 5, concurrency: 2, targetWaitSeconds: 30, idleSeconds: 300 };
const quiet: ScaleFacts = {
  policy,
  replicas: 0,
  waiting: 0,
  inHand: 0,
  oldestWaitSeconds: 0,
  calmSeconds: 10_000,
  idleSeconds: 10_000,
  dueInSeconds: undefined,
  isExpected: false,
  pinned: undefined,
};
const of = (facts: Partial<ScaleFacts>) => {
  const { replicas, reason } = scale({ ...quiet, ...facts });
  return [replicas, reason];
};
const working = { calmSeconds: 0, idleSeconds: 0 };

describe('scale', () => {
  it('starts one runner for the first work, however short it has waited', () => {
    expect(of({ ...working, waiting: 9 })).toEqual([1, 'first_work']);
  });

  it('adds runners when work waits longer than wanted, as many as the work needs', () => {
    const busy = { ...working, replicas: 1, waiting: 5, inHand: 2 };
    expect(of({ ...busy, oldestWaitSeconds: 30 })).toEqual([1, 'steady']);
    expect(of({ ...busy, oldestWaitSeconds: 31 })).toEqual([4, 'waits_too_long']);
    expect(of({ ...busy, oldestWaitSeconds: 31, waiting: 50 })).toEqual([5, 'bounds']);
  });

  it('does not take runners away while some work waits too long', () => {
    const one = { ...working, replicas: 4, waiting: 1, inHand: 1, oldestWaitSeconds: 99 };
    expect(of(one)).toEqual([4, 'waits_too_long']);
  });

  it('goes down once nothing has waited for a while, never below what is in hand', () => {
    const busy = { replicas: 4, inHand: 3, idleSeconds: 0 };
    expect(of({ ...busy, calmSeconds: 59 })).toEqual([4, 'steady']);
    expect(of({ ...busy, calmSeconds: 60 })).toEqual([3, 'calm']);
    expect(of({ ...busy, inHand: 5, calmSeconds: 600 })).toEqual([4, 'steady']);
  });

  it('ends the last runner when there was no work for long, and not before a run that is due', () => {
    expect(of({ replicas: 1, idleSeconds: 299 })).toEqual([1, 'steady']);
    expect(of({ replicas: 1, idleSeconds: 300 })).toEqual([0, 'idle']);
    expect(of({ replicas: 1, idleSeconds: 300, dueInSeconds: 5 })).toEqual([1, 'steady']);
    expect(of({ replicas: 1, idleSeconds: 300, inHand: 1 })).toEqual([1, 'steady']);
  });

  it('has a runner ready when a run is due', () => {
    expect(of({ dueInSeconds: 11 })).toEqual([0, 'steady']);
    expect(of({ dueInSeconds: 10 })).toEqual([1, 'due_soon']);
  });

  it('has a runner ready when something was changed, after which there mostly is work', () => {
    expect(of({ isExpected: true })).toEqual([1, 'expected']);
    expect(of({ isExpected: true, replicas: 1, idleSeconds: 0 })).toEqual([1, 'steady']);
  });

  it('ends no last runner where runners stay', () => {
    const stays = { ...policy, min: 1, idleSeconds: 0 };
    expect(of({ policy: stays, replicas: 1 })).toEqual([1, 'steady']);
  });

  it('keeps to the bounds', () => {
    expect(of({ policy: { ...policy, min: 2 } })).toEqual([2, 'bounds']);
    expect(of({ replicas: 7, inHand: 14, ...working })).toEqual([5, 'bounds']);
  });

  it('does what an operator pinned, whatever the work', () => {
    expect(of({ pinned: 0, waiting: 9, replicas: 3 })).toEqual([0, 'pinned']);
    expect(of({ pinned: 9 })).toEqual([9, 'pinned']);
  });

  it('says why in words', () => {
    expect(
      scale({ ...quiet, ...working, replicas: 1, waiting: 3, oldestWaitSeconds: 45 }).message,
    ).toBe('3 waiting, the oldest for 45 s, with 30 s wanted');
  });
});
