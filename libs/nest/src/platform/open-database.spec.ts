import { isAway } from './open-database.ts';

const withCode = (code: string) => Object.assign(new Error('x'), { code });

describe('isAway', () => {
  it('waits for a database that is starting or cannot be reached', () => {
    expect(isAway(withCode('ECONNREFUSED'))).toBe(true);
    expect(isAway(withCode('57P03'))).toBe(true);
    expect(isAway(new AggregateError([withCode('ECONNREFUSED')]))).toBe(true);
    expect(isAway(new Error('migration failed', { cause: withCode('57P03') }))).toBe(true);
  });

  it('does not wait for what will not change by waiting', () => {
    expect(isAway(withCode('28P01'))).toBe(false); // wrong password
    expect(isAway(withCode('postgres.unknown_migration'))).toBe(false);
    expect(isAway('text')).toBe(false);
  });
});
