/** Those of the functions that a code calls, and what these call in turn. */
export function withHelpers(
  code: string,
  helpers: readonly (readonly [string, string])[],
): readonly string[] {
  const byName = new Map(helpers);
  const wanted = new Set<string>();
  const visit = (text: string): void => {
    for (const name of byName.keys()) {
      if (wanted.has(name) || !new RegExp(`\\b${name}\\(`, 'u').test(text)) continue;
      wanted.add(name);
      visit(byName.get(name) ?? '');
    }
  };
  visit(code);
  return helpers.filter(([name]) => wanted.has(name)).map(([, source]) => source);
}
