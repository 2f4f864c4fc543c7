import { Effect } from '@made-open/contracts';
import { decide, type SendLimits, type SendOutcome } from './decide.ts';

const now = new Date('2026-01-01T12:00:00Z');
const error = { code: 'http.429', message: 'too many' };

function outcome(of: Partial<SendOutcome>): SendOutcome {
  return {
    effect: Effect.DONE,
    error: undefined,
    isPermanent: false,
    retryAfterMs: 0,
    externalId: '',
    isDelivered: false,
    ...of,
  };
}

function next(of: Partial<SendOutcome>, limits: Partial<SendLimits> = {}): string {
  return decide(outcome(of), { attempts: 1, createdAt: now, now, isIdempotent: false, ...limits })
    .next;
}

describe('decide', () => {
  it('counts as sent what the provider took, even if the plugin failed afterwards', () => {
    expect(next({})).toBe('sent');
    expect(next({ error })).toBe('sent');
    expect(next({ isDelivered: true })).toBe('delivered');
    expect(next({ effect: Effect.UNKNOWN, externalId: 'SM1' })).toBe('sent');
    expect(next({ effect: Effect.NONE })).toBe('sent');
  });

  it.each([Effect.NONE, Effect.REFUSED])('tries again where nothing happened (%s)', (effect) => {
    expect(next({ effect, error })).toBe('again');
    expect(next({ effect, error, isPermanent: true })).toBe('failed');
  });

  it('has failed what a provider refused and a plugin did not complain of', () => {
    expect(next({ effect: Effect.REFUSED })).toBe('failed');
  });

  it('never sends again what may have happened, unless a repetition does no harm', () => {
    for (const each of [{ error }, {}, { error, isPermanent: true }]) {
      expect(next({ ...each, effect: Effect.UNKNOWN })).toBe('unknown');
      expect(next({ ...each, effect: Effect.UNSPECIFIED })).toBe('unknown');
      expect(next({ ...each, effect: Effect.UNKNOWN }, { isIdempotent: true })).toBe('again');
    }
  });

  it('remembers of a repetition whether something may have gone before', () => {
    const limits = { attempts: 1, createdAt: now, now, isIdempotent: true };
    expect(decide(outcome({ effect: Effect.UNKNOWN, error }), limits)).toMatchObject({
      next: 'again',
      mayHaveGone: true,
    });
    expect(decide(outcome({ effect: Effect.REFUSED, error }), limits)).toMatchObject({
      next: 'again',
      mayHaveGone: false,
    });
  });

  it('gives up after five attempts or a day', () => {
    const refused = { effect: Effect.REFUSED, error };
    expect(next(refused, { attempts: 4 })).toBe('again');
    expect(next(refused, { attempts: 5 })).toBe('failed');
    const lost = { effect: Effect.UNKNOWN, error };
    expect(next(lost, { attempts: 5, isIdempotent: true })).toBe('unknown');
    const createdAt = new Date(now.getTime() - 24 * 3_600_000);
    expect(next(refused, { createdAt })).toBe('failed');
  });

  it('waits longer each time, and as long as the provider asks', () => {
    const at = (attempts: number, retryAfterMs = 0): number => {
      const decision = decide(outcome({ effect: Effect.REFUSED, error, retryAfterMs }), {
        attempts,
        createdAt: now,
        now,
        isIdempotent: false,
      });
      return decision.next === 'again' ? decision.at.getTime() - now.getTime() : 0;
    };
    const pauses = [1, 2, 3, 4].map((attempts) => at(attempts));
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
    expect(new Set(pauses).size).toBe(4);
    expect(at(1, 90_000)).toBe(90_000);
    expect(at(4, 1)).toBe(pauses[3]);
    expect(next({ effect: Effect.REFUSED, error, retryAfterMs: 25 * 3_600_000 })).toBe('failed');
  });
});
