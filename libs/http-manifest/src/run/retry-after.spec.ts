import type { ProviderAnswer } from '../response/provider-answer.ts';
import { retryAfterMs } from './retry-after.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

function answer(headers: Record<string, string>, body: unknown = null): ProviderAnswer {
  return { status: 429, headers, body };
}

describe('retryAfterMs (case 54)', () => {
  it('reads seconds and dates', () => {
    expect(retryAfterMs(answer({ 'retry-after': '2' }), undefined, now)).toBe(2000);
    expect(
      retryAfterMs(answer({ 'retry-after': 'Thu, 01 Jan 2026 00:00:05 GMT' }), undefined, now),
    ).toBe(5000);
    expect(
      retryAfterMs(answer({ 'retry-after': 'Wed, 31 Dec 2025 00:00:05 GMT' }), undefined, now),
    ).toBe(0);
    expect(retryAfterMs(answer({}), undefined, now)).toBeUndefined();
    expect(retryAfterMs(answer({ 'retry-after': 'soon' }), undefined, now)).toBeUndefined();
  });

  it('reads the time of a reset, and hints of the body', () => {
    const reset = [{ header: 'X-RateLimit-Reset', format: 'epoch_seconds' }] as const;
    expect(retryAfterMs(answer({ 'x-ratelimit-reset': String(now / 1000 + 7) }), reset, now)).toBe(
      7000,
    );
    const hint = [
      ...reset,
      { body_path: 'parameters.retry_after', format: 'delta_seconds' },
    ] as const;
    expect(retryAfterMs(answer({}, { parameters: { retry_after: 3 } }), hint, now)).toBe(3000);
    const ms = [
      { body_path: 'at', format: 'epoch_ms' },
      { body_path: 'in', format: 'delta_ms' },
    ] as const;
    expect(retryAfterMs(answer({}, { at: now + 9 }), ms, now)).toBe(9);
    expect(retryAfterMs(answer({}, { in: 8 }), ms, now)).toBe(8);
  });
});
