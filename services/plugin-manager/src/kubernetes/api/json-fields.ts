type Fields = Readonly<Record<string, unknown>>;

/** The fields of an object of the cluster, which is JSON of somebody else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

export function objectOf(fields: Fields, name: string): Fields {
  return fieldsOf(fields[name]);
}

export function listOf(fields: Fields, name: string): readonly Fields[] {
  const value = fields[name];
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

export function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

export function numberOf(fields: Fields, name: string): number {
  const value = fields[name];
  return typeof value === 'number' ? value : 0;
}

/** Labels or annotations. */
export function textsOf(fields: Fields, name: string): Readonly<Record<string, string>> {
  const entries = Object.entries(objectOf(fields, name));
  return Object.fromEntries(
    entries.flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  );
}
