/** Where something is not as it is expected. */
export interface Difference {
  readonly pointer: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** Of what is expected; what is there besides does not matter, but lists are whole. */
export function differences(
  actual: unknown,
  expected: unknown,
  pointer: string,
): readonly Difference[] {
  if (expected === undefined || Object.is(actual, expected)) return [];
  if (
    typeof expected !== 'object' ||
    expected === null ||
    typeof actual !== 'object' ||
    actual === null
  )
    return [{ pointer, expected, actual }];
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length !== actual.length)
    return [{ pointer, expected, actual }];
  return Object.entries(expected).flatMap(([name, each]: [string, unknown]) =>
    differences(
      Object.hasOwn(actual, name) ? Reflect.get(actual, name) : undefined,
      each,
      `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    ),
  );
}
