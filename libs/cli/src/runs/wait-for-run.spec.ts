import { actionOf, heldOf, requireSuccess, runLine, stateOf } from './wait-for-run.ts';

const run = { id: 'r1', state: 'completed', kind: 'sync', counts: { items: 0 }, sweep_held: true };

describe('a run in words', () => {
  it('says that its sweep waits for a person, and how to decide', () => {
    expect(runLine(run)).toMatch(/^run r1: completed, sweep held, 0 items\n/u);
    expect(heldOf(run).join(' ')).toContain('made-open sweep --run r1 with --carry-out');
  });

  it('that failed says what to do', () => {
    const error = { code: 'http.status', message: 'HTTP 401', stack: '', action: 'configure it' };
    const failed = { ...run, state: 'failed', error };
    expect(actionOf(failed)).toEqual(['what to do: configure it']);
    expect(() => requireSuccess(failed)).toThrow(
      expect.objectContaining({
        details: expect.arrayContaining(['what to do: configure it']) as unknown,
      }),
    );
    expect(actionOf({ ...failed, error: { ...error, action: null } })).toEqual([]);
  });

  it('is short when nothing waits', () => {
    expect(runLine({ ...run, sweep_held: false })).toBe('run r1: completed, 0 items');
  });

  it('tells a remap from a sync', () => {
    expect(stateOf({ ...run, kind: 'remap', sweep_held: false })).toBe('remap completed');
  });
});
