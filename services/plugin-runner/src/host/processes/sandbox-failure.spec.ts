import { abortReason, numberOf, readFailure, readObject } from './sandbox-failure.ts';

describe('readFailure', () => {
  it('keeps what the guest says of an uncaught HttpError', () => {
    const failure = { code: 'http.status', message: 'HTTP 429', status: 429, retryAfterMs: 7000 };
    expect(readFailure(JSON.stringify(failure))).toEqual(failure);
  });

  it.each([
    ['codes of others', { code: 'wallet.signature', message: 'm' }],
    ['codes with more behind them', { code: 'sandbox.x\nforged', message: 'm' }],
    ['codes that are no text', { code: { toString: 1 }, message: 'm' }],
  ])('does not take over %s', (_, given) => {
    expect(readFailure(JSON.stringify(given))).toEqual({ code: 'plugin.error', message: 'm' });
  });

  it('bounds numbers and texts', () => {
    const given = `{"code":"http.status","message":"${'x'.repeat(20_000)}","status":-1,"retryAfterMs":1e300,"stack":5}`;
    const failure = readFailure(given);
    expect(failure.message).toHaveLength(16_384);
    expect(failure).toMatchObject({ retryAfterMs: 24 * 3_600_000 });
    expect(failure).not.toHaveProperty('status');
    expect(failure).not.toHaveProperty('stack');
  });

  it('makes something of anything', () => {
    for (const text of ['', 'null', '[1]', '{"message":'])
      expect(readFailure(text)).toMatchObject({ code: 'plugin.error' });
    expect(readObject('7')).toEqual({});
    expect([numberOf('5'), numberOf(null)]).toEqual([0, 0]);
  });
});

describe('abortReason', () => {
  it('is the line in which V8 says why, without the stack', () => {
    const output =
      '<--- Last few GCs --->\nFATAL ERROR: invalid table size Allocation failed\n 1: 0x1 secret';
    expect(abortReason(output)).toBe('FATAL ERROR: invalid table size Allocation failed');
    expect(abortReason('nothing')).toBe('');
  });
});
