const maxSecrets = 10;
const isSeparated: ReadonlySet<string> = new Set(['standard-webhooks', 'stripe']);

/**
 * The secrets that count while one takes the place of another: a list of texts, or one text that holds several where the
 * provider writes them so. An empty one is none: anybody could sign with it.
 */
export function secretTexts(value: unknown, scheme: string): string[] {
  const texts = [value].flat().filter((text): text is string => typeof text === 'string');
  const each = isSeparated.has(scheme) ? texts.flatMap((text) => text.split(/[\s,]+/u)) : texts;
  return each.filter((text) => text.trim() !== '').slice(0, maxSecrets);
}
