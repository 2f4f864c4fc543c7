import { create } from '@bufbuild/protobuf';
import { RunCountsSchema, RunOutcome, RunState } from '@made-open/contracts';
import { anEnd, aRun, at, nameOf, noon, outline } from '../../test/builders.ts';
import { advanceRun, sent, type RunStep, type Situation } from './advance-run.ts';
import type { RunEvent } from './run-event.ts';
import type { RunRecord } from './run.ts';

const { QUEUED, RUNNING, COMPLETED, FAILED, PARKED, CANCELLED } = RunState;
const active: Situation = { now: noon, isActive: true };
const paused: Situation = { now: noon, isActive: false };
const counts = create(RunCountsSchema, { items: 3, created: 3 });

const begun = (attempt = 1, epoch = 7): RunEvent => ({
  kind: 'begun',
  epoch,
  attempt,
  pluginVersion: '1.0.0',
});
const ended = (end = anEnd(RunOutcome.COMPLETED), attempt = 1, epoch = 7): RunEvent => ({
  kind: 'ended',
  epoch,
  attempt,
  end,
  counts,
  sweepHeld: false,
});
const woken: RunEvent = { kind: 'woken' };
const asked: RunEvent = { kind: 'asked' };
const changed: RunEvent = { kind: 'connection changed' };
const deleted: RunEvent = { kind: 'connection deleted' };
const cancelled: RunEvent = { kind: 'cancelled' };
const interrupted = ended(anEnd(RunOutcome.INTERRUPTED));
const failedEnd = (code: string): RunEvent => ended(anEnd(RunOutcome.FAILED, code));

const queued = aRun();
const running = aRun({
  state: RUNNING,
  attempt: 1,
  startedAt: at('11:00:00'),
  wakeAt: at('12:15:00'),
});
const parked = aRun({ state: PARKED, attempt: 1, startedAt: at('11:00:00'), wakeAt: noon });
const waiting: RunRecord = { ...parked, wakeAt: at('13:00:00') };
const completed = aRun({ state: COMPLETED, finishedAt: noon, wakeAt: undefined });
const failed = aRun({ state: FAILED, finishedAt: noon, wakeAt: undefined });
const called = aRun({ state: CANCELLED, finishedAt: noon, wakeAt: undefined });
const overdue = { wakeAt: noon };

const at9 = { runId: queued.runId, epoch: 7, attempt: 1, frame: 9 };
const further: RunEvent = { kind: 'woken', progress: at9 };

describe('advanceRun', () => {
  it.each<[string, RunRecord, RunEvent, Situation, string]>([
    ['queued, begun', queued, begun(), active, 'RUNNING started'],
    [
      'queued for its second slice, begun',
      { ...running, state: QUEUED, attempt: 0 },
      begun(),
      active,
      'RUNNING',
    ],
    ['queued, begun of an older epoch', queued, begun(1, 6), active, 'nothing'],
    ['queued, begun of a newer epoch', queued, begun(1, 8), active, 'nothing'],
    ['queued, ended before its begin came', queued, ended(), active, 'COMPLETED started completed'],
    ['queued, ended of an older epoch', queued, ended(undefined, 1, 6), active, 'nothing'],
    ['queued, woken too early', queued, woken, active, 'nothing'],
    ['queued, woken', { ...queued, ...overdue }, woken, active, 'QUEUED sent'],
    [
      'queued, woken for the last time',
      { ...queued, ...overdue, retries: 3 },
      woken,
      active,
      'FAILED failed',
    ],
    ['queued, woken while paused', { ...queued, ...overdue }, woken, paused, 'PARKED'],
    ['queued, asked', queued, asked, active, 'nothing'],
    ['queued, changed', queued, changed, active, 'nothing'],
    ['queued, deleted', queued, deleted, paused, 'FAILED failed'],
    ['queued, cancelled', queued, cancelled, paused, 'CANCELLED cancelled'],

    ['running, begun again', running, begun(1), active, 'nothing'],
    ['running, begun anew by another runner', running, begun(2), active, 'RUNNING'],
    ['running, begun of an older attempt', { ...running, attempt: 3 }, begun(2), active, 'nothing'],
    ['running, completed', running, ended(), active, 'COMPLETED completed'],
    ['running, completed while paused', running, ended(), paused, 'COMPLETED completed'],
    [
      'running, completed by a newer attempt',
      running,
      ended(undefined, 2),
      active,
      'COMPLETED completed',
    ],
    [
      'running, completed by an older attempt',
      { ...running, attempt: 2 },
      ended(undefined, 1),
      active,
      'nothing',
    ],
    ['running, sliced', running, ended(anEnd(RunOutcome.SLICED)), active, 'QUEUED sent'],
    ['running, sliced while paused', running, ended(anEnd(RunOutcome.SLICED)), paused, 'PARKED'],
    ['running, parked', running, ended(anEnd(RunOutcome.PARKED)), active, 'PARKED throttled'],
    ['throttled, woken', { ...parked, isThrottled: true }, woken, active, 'QUEUED sent resumed'],
    ['running, interrupted', running, interrupted, active, 'QUEUED sent'],
    ['running, interrupted while paused', running, interrupted, paused, 'PARKED'],
    ['running, failed', running, failedEnd('plugin.error'), active, 'PARKED'],
    [
      'running, failed for the last time',
      { ...running, retries: 3 },
      failedEnd('plugin.error'),
      active,
      'FAILED failed',
    ],
    [
      'running, failed without a reason',
      running,
      ended(anEnd(RunOutcome.UNSPECIFIED)),
      active,
      'PARKED',
    ],
    ['running, woken too early', running, woken, active, 'nothing'],
    ['running, silent', { ...running, ...overdue }, woken, active, 'QUEUED sent'],
    [
      'running, silent here and going on at etl',
      { ...running, ...overdue, frame: 4 },
      further,
      active,
      'RUNNING',
    ],
    [
      'running, silent here and begun anew at etl',
      { ...running, ...overdue, frame: 90 },
      { kind: 'woken', progress: { ...at9, attempt: 2, frame: 0 } },
      active,
      'RUNNING',
    ],
    [
      'running, silent everywhere',
      { ...running, ...overdue, frame: 9 },
      further,
      active,
      'QUEUED sent',
    ],
    [
      'running, while etl has only what an older epoch brought',
      { ...running, ...overdue },
      { kind: 'woken', progress: { ...at9, epoch: 6 } },
      active,
      'QUEUED sent',
    ],
    ['running, silent while paused', { ...running, ...overdue }, woken, paused, 'PARKED'],
    [
      'running, silent for the last time',
      { ...running, ...overdue, retries: 3 },
      woken,
      active,
      'FAILED failed',
    ],
    ['running, asked', running, asked, active, 'nothing'],
    ['running, changed', running, changed, active, 'nothing'],
    ['running, deleted', running, deleted, paused, 'FAILED failed'],
    ['running, cancelled', running, cancelled, active, 'CANCELLED cancelled'],

    ['parked, begun again', parked, begun(1), active, 'nothing'],
    ['parked, begun by a repeated command', parked, begun(2), active, 'nothing'],
    ['parked, ended again', parked, failedEnd('plugin.error'), active, 'nothing'],
    ['parked, ended by a repeated command', parked, ended(undefined, 2), active, 'nothing'],
    ['parked, woken', parked, woken, active, 'QUEUED sent'],
    ['parked, woken too early', waiting, woken, active, 'nothing'],
    ['parked, woken while paused', parked, woken, paused, 'nothing'],
    ['parked, asked before its time', waiting, asked, active, 'QUEUED sent'],
    ['parked, asked while paused', waiting, asked, paused, 'nothing'],
    ['parked, changed before its time', waiting, changed, active, 'QUEUED sent'],
    ['parked, changed while paused', waiting, changed, paused, 'nothing'],
    ['parked, deleted', parked, deleted, paused, 'FAILED failed'],
    ['parked, cancelled', parked, cancelled, paused, 'CANCELLED cancelled'],

    ...[completed, failed, called].flatMap((run) =>
      [begun(), begun(2), ended(), interrupted, woken, asked, changed, deleted, cancelled].map(
        (event): [string, RunRecord, RunEvent, Situation, string] => {
          const name = `${nameOf(run.state).toLowerCase()}, ${event.kind}`;
          return [name, run, event, active, 'nothing'];
        },
      ),
    ),
  ])('%s', (...[, run, event, situation, expected]) => {
    expect(outline(advanceRun(run, event, situation))).toBe(expected);
  });

  it.each([
    'sandbox.cpu_limit',
    'manifest.invalid',
    'config.invalid',
    'capability.denied',
    'wallet.not_found',
  ])('does not repeat what fails again: %s', (code) => {
    const step = advanceRun(running, failedEnd(code), active);
    expect(outline(step)).toBe('FAILED failed');
    expect(step?.run.error?.code).toBe(code);
  });

  it('does not repeat a failure that its runner calls permanent', () => {
    const end = { ...anEnd(RunOutcome.FAILED, 'http.status'), permanent: true };
    const step = advanceRun(running, ended(end), active);
    expect(outline(step)).toBe('FAILED failed');
    expect(step?.run.error?.code).toBe('http.status');
  });

  it('repeats other failures three times, after growing pauses', () => {
    const pauses: number[] = [];
    let run: RunRecord = running;
    for (;;) {
      const step = advanceRun(run, failedEnd('plugin.error'), active);
      if (step?.run.state !== PARKED) break;
      pauses.push((step.run.wakeAt?.getTime() ?? 0) - noon.getTime());
      run = { ...step.run, state: RUNNING };
    }
    expect(pauses).toEqual([30_000, 120_000, 600_000]);
  });

  it('forgets failures once a slice went well', () => {
    const sliced = advanceRun({ ...running, retries: 2 }, ended(anEnd(RunOutcome.SLICED)), active);
    expect(sliced?.run).toMatchObject({ slice: 2, retries: 0, attempt: 0 });
  });

  it.each([
    [7000, 7000],
    [0, 60_000],
    [5, 1000],
    [4_000_000_000, 24 * 3_600_000],
  ])('parks for %i ms as %i ms, without counting it as a failure', (askedMs, pause) => {
    const step = advanceRun(running, ended(anEnd(RunOutcome.PARKED, '', askedMs)), active);
    expect((step?.run.wakeAt?.getTime() ?? 0) - noon.getTime()).toBe(pause);
    expect(step?.run.retries).toBe(0);
  });

  it('counts no interruption, however many there are, and waits as long as its runner asks', () => {
    const tried: RunRecord = { ...running, retries: 3 };
    const end = anEnd(RunOutcome.INTERRUPTED, '', 4000);
    const step = advanceRun(tried, ended(end), active);
    expect(step?.run).toMatchObject({ state: PARKED, retries: 3, wakeAt: at('12:00:04') });
    expect(step?.run.error).toBeUndefined();
    expect(advanceRun(tried, interrupted, active)?.run).toMatchObject({ retries: 3, slice: 1 });
  });

  it('says that a run is parked since the source asked for it', () => {
    const parkedBy = (code: string) =>
      advanceRun(running, ended(anEnd(RunOutcome.PARKED, code, 7000)), active)?.run.error?.code;
    expect(parkedBy('')).toBe('source.retry_after');
    expect(parkedBy('http.status')).toBe('http.status');
  });

  it('counts the failures of a changed connection anew, and those of one that is only asked for on', () => {
    const tried: RunRecord = { ...waiting, retries: 3 };
    expect(advanceRun(tried, changed, active)?.run.retries).toBe(0);
    expect(advanceRun(tried, asked, active)?.run.retries).toBe(3);
  });

  it('keeps what the end told, and the first start', () => {
    const step = advanceRun(running, ended(), active);
    expect(step?.run).toMatchObject({ counts, startedAt: running.startedAt, finishedAt: noon });
    expect(step?.run.wakeAt).toBeUndefined();
  });

  it('shows no error of an attempt that was made good', () => {
    const { error } = anEnd(RunOutcome.FAILED, 'plugin.error');
    expect(advanceRun({ ...running, error }, ended(), active)?.run.error).toBeUndefined();
  });

  it('says why it gave up, and what to look at', () => {
    const codeOf = (run: RunRecord, event: RunEvent) =>
      advanceRun(run, event, active)?.run.error?.code;
    expect(codeOf({ ...queued, ...overdue, retries: 3 }, woken)).toBe('run.not_taken');
    expect(codeOf({ ...running, ...overdue, retries: 3 }, woken)).toBe('run.lost');
    expect(codeOf(running, deleted)).toBe('connection.deleted');
    expect(codeOf({ ...running, retries: 3 }, ended(anEnd(RunOutcome.FAILED)))).toBe('run.failed');
  });

  it('waits shorter for a version that is tried out, and holds nothing against it that nobody had time', () => {
    const tried = sent(aRun({ lane: 'canary', pluginVersion: '2.0.0' }), active).run;
    expect(tried.wakeAt).toEqual(at('12:10:00'));
    const late: Situation = { now: at('12:10:00'), isActive: true };
    const step = advanceRun(tried, woken, late);
    expect(outline(step)).toBe('QUEUED sent');
    expect(step?.run).toMatchObject({ lane: 'stable', retries: 0, wakeAt: at('13:15:00') });
    const lost = { ...tried, state: RUNNING, startedAt: noon, wakeAt: at('12:10:00') };
    expect(outline(advanceRun(lost, woken, late))).toBe('QUEUED sent canary failed');
  });

  it('ends every run that is never heard of in bounded time', () => {
    let step: RunStep | undefined = sent(queued, active);
    let commands = 0;
    for (; step?.isSent === true; commands++) {
      const now = step.run.wakeAt ?? noon;
      const heard: RunRecord = commands % 2 === 0 ? step.run : { ...step.run, state: RUNNING };
      step = advanceRun(heard, woken, { now, isActive: true });
    }
    expect(commands).toBe(4);
    expect(outline(step)).toBe('FAILED failed');
  });
});
