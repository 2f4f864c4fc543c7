import { RunOutcome, RunState } from '@made-open/contracts';
import { nextStep } from './next-state.ts';

const failed = (code: string) => ({
  outcome: RunOutcome.FAILED,
  retryAfterMs: 0,
  permanent: false,
  error: { $typeName: 'madeopen.items.v1.RunError' as const, code, message: '', stack: '' },
});

describe('nextStep', () => {
  it('finishes a completed run', () => {
    expect(nextStep({ ...failed(''), outcome: RunOutcome.COMPLETED }, 0)).toEqual({
      kind: 'finished',
      state: RunState.COMPLETED,
    });
  });

  it('goes on with the next slice', () => {
    expect(nextStep({ ...failed(''), outcome: RunOutcome.SLICED }, 0)).toEqual({ kind: 'slice' });
  });

  it('waits as long as the source asks', () => {
    expect(nextStep({ ...failed(''), outcome: RunOutcome.PARKED, retryAfterMs: 7000 }, 3)).toEqual({
      kind: 'later',
      afterMs: 7000,
      isRetry: false,
    });
  });

  it('tries a failure three times with growing pauses', () => {
    expect([0, 1, 2].map((retries) => nextStep(failed('plugin.error'), retries))).toMatchObject([
      { afterMs: 30_000 },
      { afterMs: 120_000 },
      { afterMs: 600_000 },
    ]);
    expect(nextStep(failed('plugin.error'), 3)).toEqual({
      kind: 'finished',
      state: RunState.FAILED,
    });
  });

  it('does not repeat a failure that its runner calls permanent', () => {
    expect(nextStep({ ...failed('http.status'), permanent: true }, 0)).toEqual({
      kind: 'finished',
      state: RunState.FAILED,
    });
  });

  it('does not repeat what a plugin did against the rules', () => {
    expect(nextStep(failed('sandbox.cpu_limit'), 0)).toEqual({
      kind: 'finished',
      state: RunState.FAILED,
    });
  });
});
