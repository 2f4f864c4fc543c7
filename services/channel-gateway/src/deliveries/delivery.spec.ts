import {
  dispatched,
  expired,
  recorded,
  refused,
  replayed,
  type DeliveryStanding,
} from './delivery.ts';

const now = new Date('2026-01-01T00:00:00Z');
const inMs = (ms: number): Date => new Date(now.getTime() + ms);
const pending: DeliveryStanding = {
  state: 'pending',
  invocationId: 'i1',
  tries: 0,
  nextAt: now,
  endedAt: undefined,
  error: undefined,
};
const error = {
  $typeName: 'madeopen.items.v1.RunError',
  code: 'x.y',
  message: 'no',
  stack: '',
} as const;
const result = { invocationId: 'i1', try: 1, error, permanent: false, retryAfterMs: 0 };

describe('a delivery', () => {
  it('is handled when its try went well', () => {
    const sent = dispatched(pending, inMs(1000));
    expect(sent).toMatchObject({ state: 'dispatched', tries: 1, nextAt: inMs(1000) });
    expect(recorded(sent, { ...result, error: undefined }, now)).toEqual({
      ...sent,
      state: 'handled',
      nextAt: undefined,
      endedAt: now,
    });
  });

  it('is tried five times, ever later, and then given up', () => {
    let standing: DeliveryStanding | undefined = pending;
    const waits: (number | undefined)[] = [];
    for (let attempt = 1; attempt <= 5; attempt++) {
      standing = recorded(
        dispatched(standing ?? pending, inMs(1)),
        { ...result, try: attempt },
        now,
      );
      waits.push(standing?.nextAt && standing.nextAt.getTime() - now.getTime());
    }
    expect(waits).toEqual([10_000, 60_000, 600_000, 3_600_000, undefined]);
    expect(standing).toMatchObject({
      state: 'failed',
      tries: 5,
      endedAt: now,
      error: { code: 'x.y', message: 'no' },
    });
  });

  it('keeps of an error what can be stored', () => {
    const odd = { ...error, code: 'a\0.b', message: `\0${'x'.repeat(5000)}` };
    const after = recorded(dispatched(pending, inMs(1)), { ...result, error: odd }, now);
    expect(after?.error).toEqual({ code: 'a.b', message: 'x'.repeat(2000) });
  });

  it('waits as long as the source asks, within an hour, and not at all for what is permanent', () => {
    const sent = dispatched(pending, inMs(1000));
    const after = (retryAfterMs: number) =>
      recorded(sent, { ...result, retryAfterMs }, now)?.nextAt;
    expect(after(90_000)).toEqual(inMs(90_000));
    expect(after(5)).toEqual(inMs(10_000));
    expect(after(99_000_000)).toEqual(inMs(3_600_000));
    expect(recorded(sent, { ...result, permanent: true }, now)).toMatchObject({ state: 'failed' });
  });

  it('is tried again when no result came, ever later, which counts as no try', () => {
    const sent = { ...dispatched(pending, inMs(-1)), receivedAt: now };
    expect(expired(sent, now)).toEqual({
      ...pending,
      nextAt: inMs(10_000),
      error: { code: 'delivery.no_result', message: expect.any(String) },
    });
    const fifth = { ...sent, tries: 5 };
    expect(expired(fifth, inMs(80 * 60_000))).toMatchObject({
      state: 'pending',
      tries: 4,
      nextAt: inMs(90 * 60_000),
    });
    expect(expired(fifth, inMs(120_000)).nextAt).toEqual(inMs(150_000));
  });

  it('is given up when for three days no result came', () => {
    const sent = { ...dispatched(pending, inMs(-1)), receivedAt: now };
    const dayMs = 24 * 3_600_000;
    expect(expired(sent, inMs(3 * dayMs - 1)).state).toBe('pending');
    expect(expired(sent, inMs(3 * dayMs))).toMatchObject({
      state: 'failed',
      endedAt: inMs(3 * dayMs),
      error: { code: 'delivery.no_result' },
    });
  });

  it('takes a late success, and no late failure', () => {
    const again = expired({ ...dispatched(pending, inMs(-1)), receivedAt: now }, now);
    expect(recorded(again, { ...result, error: undefined }, now)?.state).toBe('handled');
    expect(recorded(again, result, now)).toBeUndefined();
    const failedOnce = recorded(dispatched(pending, inMs(1)), result, now) ?? pending;
    const second = dispatched(failedOnce, inMs(1000));
    expect(recorded(second, result, now)).toBeUndefined();
    const failed = refused(second, { code: 'a.b', message: '' }, now);
    expect(recorded(failed, { ...result, error: undefined }, now)?.state).toBe('handled');
  });

  it('takes nothing of another invocation, and nothing when it is handled', () => {
    const sent = dispatched(pending, inMs(1000));
    expect(
      recorded(sent, { ...result, invocationId: 'i2', error: undefined }, now),
    ).toBeUndefined();
    const handled = recorded(sent, { ...result, error: undefined }, now);
    expect(handled && recorded(handled, result, now)).toBeUndefined();
  });

  it('begins anew when it is replayed, unless it is under way', () => {
    const by = { invocationId: 'i2', now: inMs(5) };
    const failed = refused(pending, { code: 'a.b', message: '' }, now);
    expect(replayed(failed, by)).toEqual({ ...pending, invocationId: 'i2', nextAt: inMs(5) });
    const sent = dispatched(pending, inMs(1000));
    expect(replayed(sent, by)).toBe(sent);
    expect(replayed(expired({ ...sent, receivedAt: now }, now), by)).toMatchObject({
      invocationId: 'i1',
      nextAt: inMs(5),
    });
  });
});
