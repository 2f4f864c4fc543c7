import { spellingsOf } from './spellings.ts';

const minLength = 6;
/** The guest cuts longer texts, perhaps in the middle of a secret. */
const cutLength = 16_384;

type Texts = (text: string) => string;

/**
 * Removes config values from a text: as they are, within JSON, URLs, forms and XML, and in base64 wherever they begin in it.
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
  const forms = textsIn(config, minLength).flatMap(spellingsOf);
  return [...new Set(forms)]
    .filter((form) => form.length >= minLength)
    .toSorted((a, b) => b.length - a.length);
}

/** Texts and numbers in a config's value, wherever they lie, that are at least so long. */
export function textsIn(value: unknown, atLeast: number): string[] {
  if (typeof value === 'string') return value.length >= atLeast ? [value] : [];
  if (typeof value === 'number') return textsIn(String(value), atLeast);
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((part) => textsIn(part, atLeast));
}
