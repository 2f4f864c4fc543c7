const maxDepth = 64;

/** What in a parsed JSON value no database or other parser takes: NUL, lone surrogates, `__proto__` keys, deep nesting. */
export function oddText(value: unknown, place = 'plugin.json', depth = 0): string | undefined {
  if (typeof value === 'string') return oddString(value, place);
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > maxDepth) return `${place} is nested deeper than ${String(maxDepth)} levels`;
  for (const [key, part] of Object.entries(value)) {
    const odd = oddKey(key, place) ?? oddText(part, placeIn(place, key, value), depth + 1);
    if (odd !== undefined) return odd;
  }
  return undefined;
}

function oddKey(key: string, place: string): string | undefined {
  if (key === '__proto__') return `${place} has the key "__proto__", which is not allowed`;
  // Whoever approves reads these names in a terminal, which would obey them.
  if (/[^\P{Cc}\0]/u.test(key)) return `${place} has a key with a control character`;
  return oddString(key, place);
}

function placeIn(place: string, key: string, value: object): string {
  if (Array.isArray(value)) return `${place}[${key}]`;
  return place === 'plugin.json' ? key.slice(0, 100) : `${place}.${key.slice(0, 100)}`;
}

function oddString(text: string, place: string): string | undefined {
  if (text.includes('\u0000')) return `${place} holds a NUL character`;
  return text.isWellFormed() ? undefined : `${place} holds half of a surrogate pair`;
}
