/** The value with a text or number at a dotted path; objects on the way are made where they lack. */
export function setAt(value: unknown, path: string, text: string | number): unknown {
  const [name = '', ...others] = path.split('.');
  const fields = isObject(value) ? Object.entries(value) : [];
  const before = isObject(value) && Object.hasOwn(value, name) ? Reflect.get(value, name) : {};
  const inner = others.length === 0 ? text : setAt(before, others.join('.'), text);
  const kept = fields.filter(([each]) => each !== name);
  return Object.fromEntries([...kept, [name, inner]]);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
