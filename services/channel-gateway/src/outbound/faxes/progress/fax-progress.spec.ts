import { Effect } from '@made-open/contracts';
import { aFax } from '../../../../test/outbound/a-fax.ts';
import { aResult } from '../../../../test/outbound/an-outbound.ts';
import { beginAttempt, grant, type Step } from '../../sending/advance.ts';
import { objectOf, readOutcome } from '../../sending/read-outcome.ts';
import { faxStateOf, isFax, type Fax, type FaxProgress, type FaxState } from '../fax.ts';
import { applyTold } from './apply-told.ts';
import { cancelFax } from './cancel-fax.ts';
import { pollFax, postponePoll } from './poll-fax.ts';
import { readTold } from './read-told.ts';
import { answered } from './record-fax-answer.ts';
import { settleFax } from './settle-fax.ts';

const start = new Date('2026-01-01T00:00:00.000Z');
const at = (seconds: number): Date => new Date(start.getTime() + seconds * 1000);
const until = at(300).toISOString();

const taken = (of: Partial<FaxProgress> = {}): Fax =>
  aFax({ state: 'sent', externalId: 'j1', sentAt: start }, { pollUntil: until, ...of });

function settled(result: Parameters<typeof aResult>[0], of: Partial<FaxProgress> = {}): Step {
  const begun = beginAttempt(aFax({}, of), 'attempt-1', start);
  const granted = grant({ outbound: begun.outbound, attempt: begun.attempt }, 'runner', at(1));
  const { outbound, attempt } = granted ?? begun;
  if (!isFax(outbound) || attempt === undefined) throw new Error('no attempt');
  const whole = aResult({ resultJson: '', ...result });
  const told = readTold(objectOf(whole.resultJson));
  const parts = { outcome: readOutcome('fax', whole), told };
  const step = settleFax({ outbound, attempt }, parts, { now: at(2), isIdempotent: false });
  if (step === undefined) throw new Error('not taken');
  return step;
}

const json = JSON.stringify;
const told = (status: FaxState, of: object = {}) => readTold({ jobId: 'j1', status, ...of });

function stateOf({ outbound }: Step): FaxState {
  if (!isFax(outbound)) throw new Error('no fax');
  return faxStateOf(outbound);
}

describe('what came of an attempt at a fax', () => {
  it('is asked about from when the provider has it', () => {
    const step = settled({ resultJson: json({ jobId: 'j1', status: 'queued' }) });
    expect(step).toMatchObject({
      outbound: { state: 'sent', externalId: 'j1', wakeAt: at(12), fax: { status: 'queued' } },
      news: ['sent'],
    });
  });

  it('waits for webhooks alone where nobody can be asked', () => {
    const step = settled(
      { resultJson: json({ jobId: 'j1', status: 'queued' }) },
      { canAsk: false },
    );
    expect(step.outbound.wakeAt).toEqual(new Date(at(2).getTime() + 86_400_000));
  });

  it('is known at once where the provider says so', () => {
    expect(settled({ resultJson: json({ jobId: 'j1', status: 'succeeded' }) })).toMatchObject({
      outbound: { state: 'delivered', wakeAt: undefined },
      news: ['sent', 'delivered'],
    });
    const failed = { jobId: 'j1', status: 'failed', error: 'busy', errorCode: 'b1' };
    expect(settled({ resultJson: json(failed) })).toMatchObject({
      outbound: { state: 'failed', error: { code: 'b1', message: 'busy' } },
      news: ['failed'],
    });
  });

  it('is unknown without an id, and is not sent again', () => {
    expect(settled({ resultJson: json({ status: 'accepted' }) })).toMatchObject({
      outbound: { state: 'unknown', wakeAt: undefined, error: { code: 'fax.no_provider_id' } },
      news: ['unknown'],
    });
  });

  it('is unknown when the answer is lost behind the body', () => {
    const error = { code: 'http.timeout', message: 'too late', stack: '' };
    const result = aResult({ effect: Effect.UNKNOWN, error, resultJson: '' });
    expect(settled(result)).toMatchObject({ outbound: { state: 'unknown' }, news: ['unknown'] });
  });

  it('is tried again when nothing went out', () => {
    const error = { code: 'http.refused', message: 'nobody listens', stack: '' };
    const result = aResult({ effect: Effect.NONE, error, resultJson: '' });
    expect(settled(result)).toMatchObject({ outbound: { state: 'queued' } });
  });

  it('tells the reason of a provider that refused', () => {
    const refusal = { status: 'failed', error: 'no such number', errorCode: '422' };
    const step = settled({ effect: Effect.REFUSED, resultJson: json(refusal) });
    expect(step.outbound).toMatchObject({ state: 'failed', error: { code: '422' } });
  });
});

describe('what a provider says of a fax', () => {
  it.each(['delivered', 'failed', 'cancelled'] as const)(
    'changes nothing once it is %s',
    (state) => {
      const fax = aFax({ state, externalId: 'j1' });
      for (const status of ['queued', 'failed', 'succeeded', 'cancelled'] as const)
        expect(applyTold(fax, told(status), at(9))).toEqual({ outbound: fax });
    },
  );

  it('never takes a fax back on its way', () => {
    const step = applyTold(taken({ status: 'in_progress' }), told('queued'), at(9));
    expect(stateOf(step)).toBe('in_progress');
  });

  it('is unknown where nobody knows its word, until it says another', () => {
    const unknown = applyTold(
      taken({ status: 'in_progress' }),
      readTold({ status: 'unknown', providerStatus: 'frobnicated' }),
      at(9),
    );
    expect(stateOf(unknown)).toBe('unknown');
    expect(unknown.outbound).toMatchObject({ state: 'sent', providerStatus: 'frobnicated' });
    if (!isFax(unknown.outbound)) throw new Error('no fax');
    expect(stateOf(applyTold(unknown.outbound, told('queued'), at(10)))).toBe('queued');
    expect(applyTold(unknown.outbound, told('succeeded', { pages: 3 }), at(10))).toMatchObject({
      outbound: { state: 'delivered', fax: { pages: 3 } },
      news: ['delivered'],
    });
  });

  it('ends the doubt about a fax that was given up', () => {
    const lost = aFax({ state: 'unknown', externalId: 'j1', sentAt: start }, { pollUntil: until });
    expect(applyTold(lost, told('succeeded'), at(999))).toMatchObject({ news: ['delivered'] });
    expect(applyTold(lost, told('queued'), at(9)).outbound.state).toBe('sent');
    expect(applyTold(lost, told('queued'), at(999)).outbound.state).toBe('unknown');
  });
});

describe('questions about a fax', () => {
  const asked = (fax: Fax, seconds: number) => pollFax(fax, 'q1', at(seconds));

  it('are asked on the plan until the window is over', () => {
    const { step, question } = asked(taken(), 10);
    expect(question).toEqual({ id: 'q1', isCancel: false });
    expect(step.outbound).toMatchObject({ wakeAt: at(80), fax: { asked: 1, questionId: 'q1' } });
    expect(asked(taken(), 300)).toMatchObject({
      step: { outbound: { state: 'unknown', error: { code: 'fax.no_final_status' } } },
    });
  });

  it('are not asked of who cannot answer', () => {
    const { step, question } = asked(taken({ canAsk: false }), 10);
    expect([question, step.outbound.wakeAt]).toEqual([undefined, new Date(until)]);
    expect(asked(taken({ canAsk: false }), 301).step).toMatchObject({ news: ['unknown'] });
  });

  it('wait for a connection that is not active, not for ever', () => {
    expect(postponePoll(taken(), at(10)).outbound.wakeAt).toEqual(at(40));
    expect(postponePoll(taken(), at(301)).outbound.state).toBe('unknown');
  });

  const open = (): Fax => taken({ questionId: 'q1', asked: 1, status: 'queued' });

  it('are asked again after a pause while it is open, and after a fault', () => {
    const busy = answered(open(), aResult({ resultJson: json({ status: 'in_progress' }) }), at(20));
    expect(busy.outbound).toMatchObject({ wakeAt: at(30), fax: { questionId: '' } });
    const error = { code: 'http.timeout', message: 'too late', stack: '' };
    const late = answered(open(), aResult({ error, retryAfterMs: 60_000, resultJson: '' }), at(20));
    expect(late.outbound).toMatchObject({ state: 'sent', error: undefined, wakeAt: at(80) });
  });

  it.each([
    ['succeeded', 'delivered'],
    ['failed', 'failed'],
    ['cancelled', 'cancelled'],
  ])('end with %s', (status, state) => {
    const step = answered(open(), aResult({ resultJson: json({ status }) }), at(20));
    expect(step.outbound).toMatchObject({ state, wakeAt: undefined });
  });
});

describe('cancelling a fax', () => {
  it('takes back what is queued', () => {
    expect(cancelFax(aFax(), at(1))).toMatchObject({
      next: 'done',
      step: { outbound: { state: 'cancelled' }, news: ['cancelled'] },
    });
  });

  it('asks the provider of what it has, once', () => {
    const wish = cancelFax(taken(), at(5));
    if (wish.next === 'impossible' || wish.step === undefined) throw new Error('not asked');
    const { outbound } = wish.step;
    if (!isFax(outbound)) throw new Error('no fax');
    expect(outbound.wakeAt).toEqual(at(5));
    expect(cancelFax(outbound, at(6))).toEqual({ next: 'waiting', step: undefined });
    const { step, question } = pollFax(outbound, 'q2', at(6));
    expect(question?.isCancel).toBe(true);
    expect(step.outbound.fax).toMatchObject({ isCancelWanted: false, isCancelling: true });
  });

  const asking = (): Fax => taken({ status: 'queued', questionId: 'q1', isCancelling: true });

  it('shows why the provider did not', () => {
    const late = { status: 'unknown', errorCode: 'too_late', error: 'already sending' };
    expect(answered(asking(), aResult({ resultJson: json(late) }), at(20)).outbound).toMatchObject({
      state: 'sent',
      error: { code: 'too_late', message: 'already sending' },
      fax: { status: 'queued', isCancelling: false },
    });
    const error = { code: 'http.status', message: '409', stack: '' };
    expect(answered(asking(), aResult({ error, resultJson: '' }), at(20)).outbound).toMatchObject({
      state: 'sent',
      error: { code: 'http.status' },
    });
  });

  it('is no use where the provider cannot, or it is over', () => {
    expect(cancelFax(taken({ canCancel: false }), at(5)).next).toBe('impossible');
    for (const state of ['delivered', 'failed', 'unknown'] as const)
      expect(cancelFax(aFax({ state }), at(5)).next).toBe('impossible');
  });
});
