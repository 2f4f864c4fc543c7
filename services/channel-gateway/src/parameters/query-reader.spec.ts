import { InvalidParametersError, type ParameterFault } from '../errors.ts';
import { connection, cursor, limitUpTo, query, updatedSince, type Parameter } from './parameter.ts';
import { QueryReader } from './query-reader.ts';

const limit = limitUpTo(200, 50);

function faultsOf(given: object, ...parameters: Parameter<unknown>[]): readonly ParameterFault[] {
  const reader = new QueryReader(given);
  for (const parameter of parameters) reader.read(parameter);
  try {
    reader.check();
    return [];
  } catch (error) {
    if (error instanceof InvalidParametersError) return error.members.errors;
    throw error;
  }
}

describe('QueryReader', () => {
  it('reads what is given and takes the fallback for the rest', () => {
    const reader = new QueryReader({ limit: '7', q: 'ada' });
    expect([reader.read(limit), reader.read(query), reader.read(cursor)]).toEqual([7, 'ada', '']);
    expect(new QueryReader({}).read(limit)).toBe(50);
    expect(() => reader.check()).not.toThrow();
  });

  it('names every fault at once', () => {
    expect(faultsOf({ limit: '0', cursor: ['a', 'b'], limt: '5' }, limit, cursor, query)).toEqual([
      { parameter: 'limit', detail: 'must be a whole number from 1 to 200' },
      { parameter: 'cursor', detail: 'must be given once' },
      { parameter: 'q', detail: 'is missing' },
      { parameter: 'limt', detail: 'is no parameter of this route; there are limit, cursor, q' },
    ]);
    expect(() => {
      const reader = new QueryReader({ limit: 'x' });
      reader.read(limit);
      reader.check();
    }).toThrow('limit must be a whole number from 1 to 200');
  });

  it.each(['', '0', '201', '1.5', '1e2', '-1', ' 5', '0x10', 'NaN', '9'.repeat(50)])(
    'refuses the limit %j',
    (text) => {
      expect(faultsOf({ limit: text }, limit)).toHaveLength(1);
    },
  );

  it.each(['', ' ', '!&|', 'a'.repeat(501)])('refuses the search %j', (text) => {
    expect(faultsOf({ q: text }, query)).toHaveLength(1);
  });

  it.each(["'; drop table x", 'a b', 'a\u0000', 'é', 'a'.repeat(501)])(
    'refuses the cursor or connection %j',
    (text) => {
      expect(faultsOf({ cursor: text, connection: text }, cursor, connection)).toHaveLength(2);
    },
  );

  it('reads times of any zone', () => {
    const read = (text: string): string | undefined => updatedSince.read(text);
    expect(read('2026-01-31T10:00:00.5+02:00')).toBe('2026-01-31T08:00:00.500Z');
    expect(read('2024-02-29T00:00:00z')).toBe('2024-02-29T00:00:00.000Z');
  });

  it.each([
    '2026-01-31',
    '2026-02-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-31T25:00:00Z',
    '2026-01-31T10:00:00 02:00',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59-05:00',
    'yesterday',
    'infinity',
  ])('refuses the time %j', (text) => {
    expect(updatedSince.read(text)).toBeUndefined();
  });
});
