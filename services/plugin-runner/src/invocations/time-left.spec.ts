import { timeLeft } from './time-left.ts';

const now = Date.parse('2026-01-01T12:00:00.000Z');
const end = (minutes: number): string => new Date(now + minutes * 60_000).toISOString();

describe('timeLeft', () => {
  it.each([-10, 0, 10])('does not mind that another clock is off by %d minutes', (minutes) => {
    const command = { withinMs: 30_000, endBefore: end(minutes) };
    expect(timeLeft(command, 10_000, now)).toBe(20_000);
    expect(timeLeft(command, 31_000, now)).toBe(-1000);
  });

  it('goes by the clock where the command does not say how long', () => {
    expect(timeLeft({ withinMs: 0, endBefore: end(1) }, 50_000, now)).toBe(60_000);
    expect(timeLeft({ withinMs: 0, endBefore: '' }, 0, now)).toBeNaN();
  });

  it('is ten minutes at most', () => {
    expect(timeLeft({ withinMs: 0, endBefore: end(60) }, 0, now)).toBe(600_000);
  });
});
