import type { RunnerSetStatus } from './fleet-driver.ts';
import { runnerView } from './runner-view.ts';

const status: RunnerSetStatus = {
  pluginId: 'com.example.a',
  version: '0.1.0',
  lane: 'stable',
  fingerprint: 'f',
  wanted: 2,
  present: 2,
  ready: 1,
  crashes: 1,
  isBroken: false,
  fault: 'SIGKILL',
  startedAt: new Date('2026-11-21T06:00:00.000Z'),
  pinned: undefined,
};
const stateOf = (changes: Partial<RunnerSetStatus>) => runnerView({ ...status, ...changes }).state;

describe('runnerView', () => {
  it('tells in one word how a set is', () => {
    expect(stateOf({})).toBe('running');
    expect(stateOf({ ready: 0 })).toBe('starting');
    expect(stateOf({ ready: 0, present: 0 })).toBe('waiting');
    expect(stateOf({ ready: 0, present: 0, wanted: 0 })).toBe('idle');
    expect(stateOf({ isBroken: true })).toBe('crashed');
  });

  it('shows nothing of what replaces runners, and null for what is not known', () => {
    expect(runnerView(status)).toEqual({
      plugin_id: 'com.example.a',
      version: '0.1.0',
      lane: 'stable',
      state: 'running',
      wanted: 2,
      present: 2,
      ready: 1,
      pinned: null,
      started_at: '2026-11-21T06:00:00.000Z',
      crashes: 1,
      last_fault: 'SIGKILL',
    });
  });
});
