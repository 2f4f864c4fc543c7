import { describeError, maxUnknownDeliveries, settle } from './settlement.ts';

const never = Object.assign(new Error('cannot be'), { code: 'etl.bad_frame', retry: 'never' });
const later = Object.assign(new Error('not yet'), { code: 'etl.gap', retry: 'later' });

describe('settle', () => {
  it('keeps what can never be handled as a dead letter, at the first delivery', () => {
    expect(settle(never, 1)).toEqual({
      deadLetter: { code: 'etl.bad_frame', reason: 'cannot be' },
    });
  });

  it('waits longer from try to try, at most two minutes', () => {
    const delays = [1, 2, 3, 4, 5, 500].map((count) => settle(later, count));
    expect(delays).toEqual(
      [1000, 5000, 30_000, 120_000, 120_000, 120_000].map((nakAfterMs) => ({ nakAfterMs })),
    );
  });

  it('waits as long as an error asks for', () => {
    const soon = Object.assign(new Error('taken over'), { retry: 'later', retryAfterMs: 500 });
    expect(settle(soon, 3)).toEqual({ nakAfterMs: 500 });
    expect(settle(Object.assign(soon, { retry: 'never' }), 3)).toHaveProperty('deadLetter');
  });

  it('leaves a message alone that another delivery of it settles', () => {
    expect(settle(Object.assign(new Error('taken over'), { retry: 'elsewhere' }), 1)).toBe('leave');
  });

  it('gives up an error that nobody classified after a bounded number of deliveries', () => {
    const unknown = new TypeError('x is undefined');
    expect(settle(unknown, maxUnknownDeliveries - 1)).toEqual({ nakAfterMs: 120_000 });
    expect(settle(unknown, maxUnknownDeliveries)).toEqual({
      deadLetter: { code: 'internal', reason: 'x is undefined' },
    });
  });
});

describe('describeError', () => {
  it('does not take the code of a system error for one of ours', () => {
    const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
    expect(describeError(refused)).toEqual({
      code: 'internal',
      message: 'connect',
      retry: undefined,
    });
  });

  it('describes what is no error at all', () => {
    expect(describeError('text')).toEqual({ code: 'internal', message: 'text', retry: undefined });
  });
});
