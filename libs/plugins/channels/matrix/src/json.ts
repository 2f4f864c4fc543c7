/** A property of what a homeserver sent, which may be anything. */
export function field(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const name of path)
    found = typeof found === 'object' && found !== null ? Reflect.get(found, name) : undefined;
  return found;
}

export function text(value: unknown, ...path: readonly string[]): string | undefined {
  const found = field(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

export function list(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = field(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The named values of an object. */
export function entries(value: unknown, ...path: readonly string[]): [string, unknown][] {
  const found = field(value, ...path);
  return typeof found === 'object' && found !== null ? Object.entries(found) : [];
}
