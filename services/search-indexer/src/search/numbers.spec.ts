import { digitsOf, numbersOf, numberTerms } from './numbers.ts';
import { readTerms } from './query-terms.ts';

describe('numbersOf', () => {
  it('reads telephone numbers however they are written, from the last digit on', () => {
    const details = 'ada@example.com · +49 30 5551001 · (030) 777-1002 · 030/888.1003 · Room 7';
    expect(numbersOf(details)).toEqual(['10015550394', '200177703', '300188803']);
  });

  it('takes nothing else for one', () => {
    expect(numbersOf('12345 · 1234567x · 1.2.3 · 2026 · 123456789012345678901')).toEqual([]);
    expect(numbersOf('')).toEqual([]);
  });
});

describe('numberTerms', () => {
  const typed = (query: string) =>
    numberTerms(query, readTerms(query))?.phrases.flat().map(digitsOf);

  it('are the same whatever stands between the digits', () => {
    for (const query of ['+49305551001', '+49 (30) 555-1001', '0049 30 555 1001'])
      expect(typed(query)).toEqual(['10015550394']);
    expect(typed('555 1001')).toEqual(['1001555']);
  });

  it('are none of what is no number, or is quoted', () => {
    for (const query of ['call 5551001', '55510', 'ada', '', '"5551001"'])
      expect(typed(query)).toBeUndefined();
    expect(digitsOf('5551001')).toBeUndefined();
  });
});
