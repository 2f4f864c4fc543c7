const minLength = 6;
/** The guest cuts longer texts, perhaps in the middle of a secret. */
const cutLength = 16_384;

type Texts = (text: string) => string;

/**
 * Removes config values from a text: as they are, within JSON, URL-encoded, and in base64 wherever they begin in it.
 * Values of fewer than six characters stay: they would hit words by chance.
 */
export function secretRemover(config: Readonly<Record<string, unknown>>, mask = '[secret]'): Texts {
  const forms = formsOf(config);
  return (text) => forms.reduce((result, form) => result.replaceAll(form, mask), text);
}

/** The same for what a plugin says, which the guest may have cut. */
export function redactor(config: Readonly<Record<string, unknown>>, mask?: string): Texts {
  const remove = secretRemover(config, mask);
  const longest = formsOf(config)[0]?.length ?? 0;
  return (text) =>
    remove(text.length < cutLength ? text : text.slice(0, Math.max(cutLength - longest, 0)));
}

/** How values may be spelled, the longest first: one may be a part of another. */
export function formsOf(config: Readonly<Record<string, unknown>>): string[] {
  return [...new Set(textsIn(config, minLength).flatMap(encodings))].toSorted(
    (a, b) => b.length - a.length,
  );
}

/** Texts and numbers in a config's value, wherever they lie, that are at least so long. */
export function textsIn(value: unknown, atLeast: number): string[] {
  if (typeof value === 'string') return value.length >= atLeast ? [value] : [];
  if (typeof value === 'number') return textsIn(String(value), atLeast);
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((part) => textsIn(part, atLeast));
}

function encodings(value: string): string[] {
  const percent = encodeURIComponent(value);
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    percent,
    percent.replaceAll(/%[0-9A-F]{2}/gu, (code) => code.toLowerCase()),
    Buffer.from(value).toString('base64'),
    ...[0, 1, 2].flatMap((offset) => base64Within(value, offset)),
  ].filter((form) => form.length >= minLength);
}

/** The characters that stand for the value alone when it begins `offset` bytes behind a border of base64. */
function base64Within(value: string, offset: number): string[] {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)]);
  const start = Math.ceil((offset * 8) / 6);
  const end = Math.floor((bytes.length * 8) / 6);
  return [
    bytes.toString('base64').slice(start, end),
    bytes.toString('base64url').slice(start, end),
  ];
}
