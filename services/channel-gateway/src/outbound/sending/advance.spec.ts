import { Effect } from '@made-open/contracts';
import { anOutbound, aResult } from '../../../test/outbound/an-outbound.ts';
import type { Attempt, Outbound } from '../outbound.ts';
import { beginAttempt, cancel, expire, grant, postpone, refuse, settle } from './advance.ts';
import { readOutcome } from './read-outcome.ts';

const created = anOutbound().createdAt;
const at = (seconds: number): Date => new Date(created.getTime() + seconds * 1000);
const attemptId = '01938c5e-7b1c-7a52-9a0e-3d1f6b2c4e01';
const error = { code: 'http.503', message: 'away' };

interface Pair {
  readonly outbound: Outbound;
  readonly attempt: Attempt;
}

function sending(): Pair {
  return beginAttempt(anOutbound(), attemptId, at(0));
}

function granted(): Pair {
  const pair = sending();
  return { ...pair, ...grant(pair, 'runner-1', at(1)) };
}

function told(pair: Pair, of: Parameters<typeof aResult>[0], seconds = 2, isIdempotent = false) {
  return settle(pair, readOutcome('message', aResult(of)), { now: at(seconds), isIdempotent });
}

describe('an attempt', () => {
  it('is granted once, and to the same runner again', () => {
    const pair = sending();
    const first = grant(pair, 'runner-1', at(1));
    expect(first).toMatchObject({ outbound: { attempts: 1 }, attempt: { asker: 'runner-1' } });
    const begun = { ...pair, ...first };
    expect(grant(begun, 'runner-1', at(2))).toEqual({ outbound: begun.outbound });
    expect(grant(begun, 'runner-2', at(2))).toBeUndefined();
    const silent = { ...pair, ...grant(pair, '', at(1)) };
    expect(grant(silent, '', at(2))).toBeUndefined();
  });

  it('is not granted when its time is nearly over, or when it is not wanted any more', () => {
    const pair = sending();
    expect(grant(pair, 'runner-1', at(119))).toBeUndefined();
    expect(grant({ ...pair, attempt: { ...pair.attempt, outcome: 'expired' } }, 'r', at(1))).toBe(
      undefined,
    );
    for (const state of ['queued', 'sent', 'cancelled', 'unknown'] as const)
      expect(grant({ ...pair, outbound: { ...pair.outbound, state } }, 'r', at(1))).toBeUndefined();
  });

  it('that nobody began is made anew without counting', () => {
    const step = expire(sending(), { now: at(200), isIdempotent: false });
    expect(step).toMatchObject({
      outbound: { state: 'queued', attempts: 0 },
      attempt: { outcome: 'expired' },
    });
    expect(step?.news).toBeUndefined();
  });

  it('that somebody began and nobody ended is unknown', () => {
    expect(expire(granted(), { now: at(200), isIdempotent: false })).toMatchObject({
      outbound: { state: 'unknown', error: { code: 'outbound.no_result' } },
      news: ['unknown'],
    });
    expect(expire(granted(), { now: at(200), isIdempotent: true })).toMatchObject({
      outbound: { state: 'queued', attempts: 1 },
    });
  });
});

describe('a result', () => {
  it('makes it sent, with what the provider said', () => {
    const resultJson = '{"externalId":"SM1","threadId":"t1"}';
    expect(told(granted(), { resultJson })).toMatchObject({
      outbound: {
        state: 'sent',
        externalId: 'SM1',
        threadId: 't1',
        sentAt: at(2),
        wakeAt: undefined,
      },
      attempt: { outcome: 'settled' },
      news: ['sent'],
    });
  });

  it('may say that it was delivered, which it was sent for', () => {
    const step = told(granted(), { resultJson: '{"externalId":"SM1","status":"delivered"}' });
    expect(step).toMatchObject({ outbound: { state: 'delivered' }, news: ['sent', 'delivered'] });
  });

  it('counts an attempt that failed before it was begun', () => {
    const step = told(sending(), { effect: Effect.NONE, error, resultJson: '' });
    expect(step).toMatchObject({ outbound: { state: 'queued', attempts: 1, error } });
  });

  it('is taken once', () => {
    const pair = granted();
    const step = told(pair, {});
    expect(told({ ...pair, ...step }, {})).toBeUndefined();
  });

  it('that comes late says what became of an unknown message', () => {
    const pair = granted();
    const expired = { ...pair, ...expire(pair, { now: at(200), isIdempotent: false }) };
    expect(told(expired, {}, 300)).toMatchObject({ outbound: { state: 'sent' }, news: ['sent'] });
    const refused = { effect: Effect.REFUSED, error, permanent: true, resultJson: '' };
    expect(told(expired, refused, 300)).toMatchObject({ outbound: { state: 'failed' } });
    const lost = { effect: Effect.UNKNOWN, error, resultJson: '' };
    const same = told(expired, lost, 300);
    expect([same?.outbound.state, same?.news]).toEqual(['unknown', undefined]);
  });

  it('that comes late never has sent what was told to be unknown', () => {
    const pair = granted();
    const expired = { ...pair, ...expire(pair, { now: at(200), isIdempotent: false }) };
    for (const effect of [Effect.REFUSED, Effect.NONE])
      expect(told(expired, { effect, error, resultJson: '' }, 300)).toMatchObject({
        outbound: { state: 'failed', wakeAt: undefined, error },
        news: ['failed'],
      });
    const lost = { effect: Effect.UNKNOWN, error, resultJson: '' };
    expect(told(expired, lost, 300, true)?.outbound.state).toBe('unknown');
  });

  it('that comes late keeps a message from being sent once more', () => {
    const pair = granted();
    const expired = { ...pair, ...expire(pair, { now: at(200), isIdempotent: true }) };
    expect(expired.outbound.state).toBe('queued');
    expect(told(expired, {}, 201, true)).toMatchObject({ outbound: { state: 'sent' } });
    const lost = { effect: Effect.REFUSED, error, permanent: true, resultJson: '' };
    expect(told(expired, lost, 201, true)?.outbound).toEqual(expired.outbound);
  });

  it('changes nothing about what has ended', () => {
    const pair = granted();
    const delivered = { ...pair, outbound: { ...pair.outbound, state: 'delivered' as const } };
    const step = told(delivered, { effect: Effect.UNKNOWN, error, resultJson: '' });
    expect(step?.outbound).toEqual(delivered.outbound);
  });

  it.each(['', 'null', '7', '{', '[]', '{"externalId":7}', '{"externalId":"a\\u0000"}'])(
    'without a right form is none: %s',
    (resultJson) => {
      expect(readOutcome('message', aResult({ resultJson })).externalId).toBe('');
    },
  );
});

describe('what may have gone with an earlier attempt', () => {
  const lost = { effect: Effect.UNKNOWN, error, resultJson: '' };
  const isUnknown = {
    outbound: { state: 'unknown', error: { code: 'outbound.no_result' }, wakeAt: undefined },
    news: ['unknown'],
  };

  function again(outbound: Outbound): Pair {
    const pair = beginAttempt(outbound, '01938c5e-7b1c-7a52-9a0e-3d1f6b2c4e02', at(10));
    return { ...pair, ...grant(pair, 'runner-1', at(11)) };
  }

  it('is remembered, whether a result or nobody said so', () => {
    expect(told(granted(), lost, 2, true)?.outbound).toMatchObject({
      state: 'queued',
      mayHaveGone: true,
    });
    const silent = expire(granted(), { now: at(200), isIdempotent: true });
    expect(silent?.outbound).toMatchObject({ state: 'queued', mayHaveGone: true });
    const refused = told(granted(), { effect: Effect.REFUSED, error, resultJson: '' });
    expect(refused?.outbound).toMatchObject({ state: 'queued', mayHaveGone: false });
  });

  it('is unknown when the provider refuses a later one', () => {
    const queued = told(granted(), lost, 2, true)?.outbound ?? anOutbound();
    const refused = { effect: Effect.REFUSED, error, permanent: true, resultJson: '' };
    const step = told(again(queued), refused, 12, true);
    expect(step).toMatchObject(isUnknown);
    expect(step?.outbound.error?.message).toContain(error.code);
    expect(told(again(queued), {}, 12, true)).toMatchObject({ outbound: { state: 'sent' } });
  });

  it('is unknown when it is cancelled, refused or too old', () => {
    const queued = told(granted(), lost, 2, true)?.outbound ?? anOutbound();
    expect(cancel(queued, at(12))).toMatchObject(isUnknown);
    expect(refuse(queued, error, at(12))).toMatchObject(isUnknown);
    expect(postpone(queued, error, at(86_400))).toMatchObject(isUnknown);
  });
});

describe('what is queued', () => {
  it('can be cancelled, what is on its way not', () => {
    expect(cancel(anOutbound(), at(1))).toMatchObject({
      outbound: { state: 'cancelled', wakeAt: undefined },
      news: ['cancelled'],
    });
    for (const state of ['sending', 'sent', 'failed', 'cancelled'] as const)
      expect(cancel(anOutbound({ state }), at(1))).toBeUndefined();
  });

  it('waits for its connection, a day at most', () => {
    expect(postpone(anOutbound(), error, at(60)).outbound.state).toBe('queued');
    expect(postpone(anOutbound(), error, at(86_400))).toMatchObject({
      outbound: { state: 'failed', error },
      news: ['failed'],
    });
  });
});
