import { intervalMs, nextDue } from './next-due.ts';

const at = (text: string): Date => new Date(text);

describe('nextDue', () => {
  it('is an hour with a tenth of jitter without an expression', () => {
    const now = at('2026-01-01T00:00:00Z');
    expect(nextDue('', '', now, () => 0).getTime() - now.getTime()).toBe(54 * 60_000);
    expect(nextDue('', '', now, () => 1).getTime() - now.getTime()).toBe(66 * 60_000);
  });

  it('follows the expression in its time zone', () => {
    expect(nextDue('0 9 * * *', 'Europe/Berlin', at('2026-01-01T00:00:00Z')).toISOString()).toBe(
      '2026-01-01T08:00:00.000Z',
    );
    expect(nextDue('0 9 * * *', 'Europe/Berlin', at('2026-07-01T00:00:00Z')).toISOString()).toBe(
      '2026-07-01T07:00:00.000Z',
    );
  });

  it('runs once when the clock goes back, and not at all twice', () => {
    const first = nextDue('30 2 * * *', 'Europe/Berlin', at('2026-10-24T12:00:00Z'));
    const second = nextDue('30 2 * * *', 'Europe/Berlin', first);
    expect(first.toISOString().slice(0, 10)).toBe('2026-10-25');
    expect(second.toISOString().slice(0, 10)).toBe('2026-10-26');
  });
});

describe('intervalMs', () => {
  it('is the distance of two runs', () => {
    expect(intervalMs('*/15 * * * *', '', at('2026-01-01T00:01:00Z'))).toBe(15 * 60_000);
    expect(intervalMs('', '', at('2026-01-01T00:00:00Z'))).toBe(3_600_000);
  });
});
