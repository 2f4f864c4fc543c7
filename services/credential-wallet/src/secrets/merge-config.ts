type Config = Readonly<Record<string, unknown>>;

/** The given config with what stays of the stored one: all of it, or the named properties. */
export function mergeConfig(
  given: string,
  stored: string,
  kept: 'all' | readonly string[],
): string {
  const staying = Object.entries(read(stored)).filter(
    ([name]) => kept === 'all' || kept.includes(name),
  );
  return JSON.stringify({ ...read(given), ...Object.fromEntries(staying) });
}

function read(text: string): Config {
  const value: unknown = JSON.parse(text);
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
