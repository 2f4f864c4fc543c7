import { matchesPattern, patternFault } from './text-pattern.ts';

/** A built-in operator. */
export interface BuiltInOperator {
  readonly meaning: string;
  /** What is wrong with a value that a rule gives it; undefined when nothing is. */
  readonly fault: (value: unknown) => string | undefined;
  readonly evaluate: (fact: unknown, value: unknown) => boolean;
}

const anything = (): undefined => undefined;
const needs = (isRight: (value: unknown) => boolean, what: string) => (value: unknown) =>
  isRight(value) ? undefined : `needs ${what}`;
const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number';
const aText = needs(isText, 'a text');
const aNumber = needs(isNumber, 'a number');
const aList = needs(Array.isArray, 'a list');
const aTime = needs((value) => timeOf(value) !== undefined, 'a time as RFC 3339 has it');
const aSwitch = needs((value) => typeof value === 'boolean', 'true or false');

const operators: Readonly<Record<string, BuiltInOperator>> = {
  equal: operator('the same value', anything, isSame),
  notEqual: operator('another value, or none', anything, (fact, value) => !isSame(fact, value)),
  in: operator('one of a list', aList, (fact, value) => has(value, fact)),
  notIn: operator('none of a list', aList, (fact, value) => !has(value, fact)),
  contains: operator('a text has this part, or a list this member', anything, contains),
  doesNotContain: operator(
    'the opposite of `contains`',
    anything,
    (fact, value) => !contains(fact, value),
  ),
  startsWith: operator(
    'a text begins so',
    aText,
    texts((fact, value) => fact.startsWith(value)),
  ),
  endsWith: operator(
    'a text ends so',
    aText,
    texts((fact, value) => fact.endsWith(value)),
  ),
  matches: operator(
    'a text has a part that fits an RE2 expression of at most 200 characters',
    patternFault,
    texts(matchesPattern),
  ),
  lessThan: operator(
    'a smaller number',
    aNumber,
    numbers((fact, value) => fact < value),
  ),
  lessThanInclusive: operator(
    'a smaller number, or the same',
    aNumber,
    numbers((fact, value) => fact <= value),
  ),
  greaterThan: operator(
    'a larger number',
    aNumber,
    numbers((fact, value) => fact > value),
  ),
  greaterThanInclusive: operator(
    'a larger number, or the same',
    aNumber,
    numbers((fact, value) => fact >= value),
  ),
  exists: operator(
    'whether there is a value, with `true` or `false`',
    aSwitch,
    (fact, value) => (fact !== undefined && fact !== null) === value,
  ),
  before: operator(
    'an earlier time',
    aTime,
    times((fact, value) => fact < value),
  ),
  after: operator(
    'a later time',
    aTime,
    times((fact, value) => fact > value),
  ),
};

const regardless = [
  'equal',
  'notEqual',
  'in',
  'notIn',
  'contains',
  'doesNotContain',
  'startsWith',
  'endsWith',
  'matches',
];

/** All of them by name; those of texts also as `…IgnoringCase`. */
export const builtInOperators: ReadonlyMap<string, BuiltInOperator> = new Map([
  ...Object.entries(operators),
  ...regardless.flatMap((name) => {
    const exact = operators[name];
    return exact === undefined ? [] : [[`${name}IgnoringCase`, ignoringCase(exact, name)] as const];
  }),
]);

function operator(
  meaning: string,
  fault: BuiltInOperator['fault'],
  evaluate: BuiltInOperator['evaluate'],
): BuiltInOperator {
  return { meaning, fault, evaluate };
}

function ignoringCase({ fault, evaluate }: BuiltInOperator, name: string): BuiltInOperator {
  // The small letters of an expression mean something else than its capitals: `\d` and `\D`.
  const value = name === 'matches' ? (text: unknown) => `(?i)${String(text)}` : lowerCase;
  return {
    meaning: `\`${name}\`, with capitals and small letters alike`,
    fault,
    evaluate: (fact, wanted) => evaluate(lowerCase(fact), value(wanted)),
  };
}

function lowerCase(value: unknown): unknown {
  if (isText(value)) return value.toLowerCase();
  return Array.isArray(value) ? value.map(lowerCase) : value;
}

function isSame(fact: unknown, value: unknown): boolean {
  if (fact === value || (fact === undefined && value === null)) return true;
  return isObject(fact) && isObject(value) && isEqualObject(fact, value);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** JSON values alone: they have no cycles. */
function isEqualObject(fact: object, value: object): boolean {
  const names = Object.keys(fact);
  return (
    Array.isArray(fact) === Array.isArray(value) &&
    names.length === Object.keys(value).length &&
    names.every(
      (name) =>
        Object.hasOwn(value, name) && isSame(Reflect.get(fact, name), Reflect.get(value, name)),
    )
  );
}

function has(list: unknown, member: unknown): boolean {
  return Array.isArray(list) && list.some((entry) => isSame(member, entry));
}

function contains(fact: unknown, value: unknown): boolean {
  if (isText(fact)) return isText(value) && fact.includes(value);
  return has(fact, value);
}

function texts(compare: (fact: string, value: string) => boolean): BuiltInOperator['evaluate'] {
  return (fact, value) => isText(fact) && isText(value) && compare(fact, value);
}

function numbers(compare: (fact: number, value: number) => boolean): BuiltInOperator['evaluate'] {
  return (fact, value) => isNumber(fact) && isNumber(value) && compare(fact, value);
}

function times(compare: (fact: number, value: number) => boolean): BuiltInOperator['evaluate'] {
  return (fact, value) => {
    const [left, right] = [timeOf(fact), timeOf(value)];
    return left !== undefined && right !== undefined && compare(left, right);
  };
}

function timeOf(value: unknown): number | undefined {
  if (!isText(value) || !/^\d{4}-\d{2}-\d{2}/u.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}
