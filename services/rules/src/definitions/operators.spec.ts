import { builtInOperators } from './operators.ts';

function met(name: string, fact: unknown, value: unknown): boolean {
  const operator = builtInOperators.get(name);
  if (operator === undefined) throw new Error(`there is no operator ${name}`);
  return operator.evaluate(fact, value);
}

describe('built-in operators', () => {
  it.each([
    ['equal', 'a', 'a', true],
    ['equal', 1, '1', false],
    ['equal', { a: [1, 2] }, { a: [1, 2] }, true],
    ['equal', { a: [1, 2] }, { a: [2, 1] }, false],
    ['notEqual', undefined, 'a', true],
    ['in', 'b', ['a', 'b'], true],
    ['notIn', undefined, ['a'], true],
    ['contains', 'hello', 'ell', true],
    ['contains', ['+1', '+2'], '+2', true],
    ['contains', 5, 5, false],
    ['doesNotContain', undefined, 'a', true],
    ['startsWith', '+1555', '+1', true],
    ['endsWith', 'a@b.example', 'b.example', true],
    ['matches', 'order 4711', String.raw`\b\d{4}\b`, true],
    ['matches', 'order', String.raw`\d`, false],
    ['lessThan', 1, 2, true],
    ['lessThan', '1', 2, false],
    ['lessThanInclusive', 2, 2, true],
    ['greaterThan', 2, 2, false],
    ['greaterThanInclusive', 2, 2, true],
    ['exists', 0, true, true],
    ['exists', null, true, false],
    ['exists', undefined, false, true],
    ['before', '2026-01-01T00:00:00+02:00', '2026-01-01T00:00:00Z', true],
    ['after', '2026-01-02', '2026-01-01T00:00:00Z', true],
    ['after', 'tomorrow', '2026-01-01T00:00:00Z', false],
    ['equalIgnoringCase', 'A', 'a', true],
    ['inIgnoringCase', 'ADA', ['ada'], true],
    ['containsIgnoringCase', 'URGENT: x', 'urgent', true],
    ['matchesIgnoringCase', 'URGENT 12', String.raw`urgent \d+`, true],
    ['matchesIgnoringCase', 'URGENT ab', String.raw`urgent \D+`, true],
  ])('%s: %j and %j', (name, fact, value, expected) => {
    expect(met(name, fact, value)).toBe(expected);
  });

  it('is not held up by an expression that backtracks elsewhere', () => {
    const text = 'a'.repeat(60_000);
    expect(met('matches', `${text}!`, '^(a+)+$')).toBe(false);
    expect(met('matches', text, '^(a+)+$')).toBe(true);
  });

  it.each([
    ['(?:[ab]?){1000}[cd]', 'c'],
    [`${'(?:[ab]?){1000}'.repeat(9)}[cd]`, 'c'],
  ])('takes no expression that is short and becomes long: %s', (pattern, text) => {
    expect(builtInOperators.get('matches')?.fault(pattern)).toContain('smaller counts');
    expect(met('matches', text, pattern)).toBe(false);
  });

  it('looks at less of a text, the longer an expression is', () => {
    const long = `${'a'.repeat(60_000)}c`;
    expect(met('matches', long, '[cd]')).toBe(true);
    expect(met('matches', long, '(?:[ab]?){200}[cd]')).toBe(false);
    expect(met('matches', long.slice(-3000), '(?:[ab]?){200}[cd]')).toBe(true);
  });

  it('says what is wrong with an expression', () => {
    const fault = builtInOperators.get('matches')?.fault;
    expect(fault?.('(')).toContain('syntax of RE2');
    expect(fault?.(String.raw`(a)\1`)).toContain('syntax of RE2');
    expect(fault?.('a'.repeat(201))).toContain('200');
    expect(fault?.('a+')).toBeUndefined();
  });
});
