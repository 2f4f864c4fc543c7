/** An object whose properties nobody has looked at. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text that is not empty. */
export function text(value: unknown, name: string): string | undefined {
  const found = isFields(value) ? value[name] : undefined;
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** Without properties that say nothing. */
export function told(values: Fields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).filter(
      ([, value]) =>
        value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
    ),
  );
}

/** The fields that are there, under other names. */
export function renamed(fields: Fields, names: Readonly<Record<string, string>>): Fields {
  return told(
    Object.fromEntries(Object.entries(names).map(([from, to]) => [to, text(fields, from)])),
  );
}
