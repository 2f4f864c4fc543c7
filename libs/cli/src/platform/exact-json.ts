/** Parsed so that JSON.stringify writes every number as it stood: those of sources may have more digits than a double. */
export function exactJson(text: string): unknown {
  const rawJson: unknown = Reflect.get(JSON, 'rawJSON');
  if (typeof rawJson !== 'function') return JSON.parse(text);
  return JSON.parse(text, (...given: unknown[]) => {
    const [, value, context] = given;
    const source: unknown =
      typeof context === 'object' && context !== null ? Reflect.get(context, 'source') : undefined;
    // Numbers that a double holds are left as they are, so that they can be looked at.
    const isExact = typeof value !== 'number' || source === String(value);
    return isExact || typeof source !== 'string' ? value : Reflect.apply(rawJson, JSON, [source]);
  });
}
