import { heldOf, runLine, stateOf } from './wait-for-run.ts';

const run = { id: 'r1', state: 'completed', kind: 'sync', counts: { items: 0 }, sweep_held: true };

describe('a run in words', () => {
  it('says that its sweep waits for a person, and how to decide', () => {
    expect(runLine(run)).toMatch(/^run r1: completed, sweep held, 0 items\n/u);
    expect(heldOf(run).join(' ')).toContain('made-open sweep --run r1 with --carry-out');
  });

  it('is short when nothing waits', () => {
    expect(runLine({ ...run, sweep_held: false })).toBe('run r1: completed, 0 items');
  });

  it('tells a remap from a sync', () => {
    expect(stateOf({ ...run, kind: 'remap', sweep_held: false })).toBe('remap completed');
  });
});
