/** Parsed so that JSON.stringify writes every number as it stood: ids of providers may have more digits than a double. */
export function exactJson(text: string): unknown {
  const rawJson: unknown = Reflect.get(JSON, 'rawJSON');
  if (typeof rawJson !== 'function') return JSON.parse(text);
  return JSON.parse(text, (...given: unknown[]) => {
    const [, value, context] = given;
    const source: unknown =
      typeof context === 'object' && context !== null ? Reflect.get(context, 'source') : undefined;
    if (typeof value !== 'number' || typeof source !== 'string') return value;
    return source === String(value) ? value : Reflect.apply(rawJson, JSON, [source]);
  });
}
