import { isTooLate } from './is-too-late.ts';

const command = { beginBefore: '2026-01-01T12:00:00.000Z' };
const early = new Date('2026-01-01T12:00:00Z');
const late = new Date('2026-01-01T12:00:01Z');

describe('isTooLate', () => {
  it('leaves a command that was to begin before', () => {
    expect(isTooLate(command, 1, early)).toBe(false);
    expect(isTooLate(command, 1, late)).toBe(true);
  });

  it('goes on with a run that began in time, and begins one without a limit', () => {
    expect(isTooLate(command, 2, late)).toBe(false);
    expect(isTooLate({ beginBefore: '' }, 1, late)).toBe(false);
  });
});
