import { create } from '@bufbuild/protobuf';
import { readEvents } from '@made-open/bus';
import { RunEndSchema, RunOutcome, RunRecordedSchema } from '@made-open/contracts';
import { runRecorded, withFault } from './run-recorded.ts';
import { noCounts, type RunState } from './run-state.ts';

const state: RunState = {
  generation: 1,
  runId: 'r1',
  epoch: 7,
  attempt: 2,
  frame: 3,
  ended: true,
  sweepHeld: true,
  sweepRunId: 'r1',
  fault: undefined,
  hasUnnamed: false,
  isRemap: false,
  completed: false,
  remapProgress: undefined,
  rewoundEpoch: 0,
  checkpointVersion: 1,
  counts: { ...noCounts, items: 5_000_000_000, created: 3 },
  hasQuarantine: false,
  hasErased: false,
};
const end = create(RunEndSchema, { outcome: RunOutcome.COMPLETED, fullPass: true });

describe('runRecorded', () => {
  it('is what the scheduler reads', () => {
    const time = new Date('2026-01-01T00:00:00Z');
    const message = runRecorded('c1', state, { content: { case: 'end', value: end }, time });
    expect(message.subject).toBe('connector.RunRecorded');
    const [event] = readEvents(RunRecordedSchema, Buffer.from(message.payload));
    expect(event?.time).toEqual(time);
    expect(event?.message).toMatchObject({
      runId: 'r1',
      connectionId: 'c1',
      epoch: 7,
      attempt: 2,
      sweepHeld: true,
      content: { case: 'end', value: { outcome: RunOutcome.COMPLETED } },
      counts: { created: 3, items: 0xff_ff_ff_ff },
    });
  });

  it('does not tell of a sweep that an earlier run has found', () => {
    const later = { ...state, runId: 'r2' };
    const content = { case: 'end', value: end } as const;
    const { payload } = runRecorded('c1', later, { content, time: new Date(0) });
    const [event] = readEvents(RunRecordedSchema, Buffer.from(payload));
    expect(event?.message).toMatchObject({ runId: 'r2', sweepHeld: false });
  });
});

describe('runRecorded of a runner that tells too much', () => {
  it('stays a message that NATS takes', () => {
    const long = '\u0001'.repeat(300_000);
    const error = { code: long, message: long, stack: long };
    const content = { case: 'end', value: create(RunEndSchema, { error }) } as const;
    const { payload } = runRecorded('c1', state, { content, time: new Date(0) });
    expect(payload.byteLength).toBeLessThan(256 * 1024);
  });

  it('stays text that PostgreSQL takes', () => {
    const error = { code: 'plugin.error', message: 'a\0b\ud800', stack: '' };
    const content = { case: 'end', value: create(RunEndSchema, { error }) } as const;
    const { payload } = runRecorded('c1', state, { content, time: new Date(0) });
    const [event] = readEvents(RunRecordedSchema, Buffer.from(payload));
    expect(event?.message.content).toMatchObject({
      value: { error: { message: 'a\ufffdb\ufffd' } },
    });
  });
});

describe('withFault', () => {
  it('leaves the end of a sound run as it is', () => {
    expect(withFault(end, undefined)).toBe(end);
  });

  it('lets a run that lost a frame fail, without a sweep', () => {
    expect(withFault(end, 'no header')).toMatchObject({
      outcome: RunOutcome.FAILED,
      fullPass: false,
      error: { code: 'items.frame_format' },
    });
  });

  it('keeps the error of a run that failed anyway', () => {
    const failed = create(RunEndSchema, {
      outcome: RunOutcome.FAILED,
      error: { code: 'sandbox.cpu_limit' },
    });
    expect(withFault(failed, 'no header').error?.code).toBe('sandbox.cpu_limit');
  });
});
