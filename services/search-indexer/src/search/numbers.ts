import type { QueryTerms } from './query-terms.ts';

/** Stands before a number among words; no word has it. */
const mark = '~';
const written = /^[+(]*\d[\d\s()./-]*$/u;
const [fewestDigits, mostDigits] = [6, 20];

/**
 * The telephone numbers among a document's details. They are written in many ways, and searched for in others, so they
 * are compared from the last digit on, without what somebody put between them or before the first.
 */
export function numbersOf(details: string): string[] {
  return [...new Set(details.split(' · ').flatMap((part) => digitsFromTheEnd(part) ?? []))];
}

/**
 * The end of a number that somebody typed, however it is spaced; undefined when it is anything else, too short to tell,
 * or wanted exactly as it stands there.
 */
export function numberTerms(query: string, { isExact }: QueryTerms): QueryTerms | undefined {
  const digits = isExact ? undefined : digitsFromTheEnd(query);
  if (digits === undefined) return undefined;
  return { phrases: [[numberWord(digits)]], endsOpen: true, isExact: false };
}

/** A number as one word among others. */
export function numberWord(digits: string): string {
  return `${mark}${digits}`;
}

/** The digits of a word that is a number; undefined for every other word. */
export function digitsOf(word: string): string | undefined {
  return word.startsWith(mark) ? word.slice(mark.length) : undefined;
}

function digitsFromTheEnd(text: string): string | undefined {
  const trimmed = text.trim();
  if (!written.test(trimmed)) return undefined;
  const digits = trimmed.replaceAll(/\D/gu, '').replace(/^0+/u, '');
  if (digits.length < fewestDigits || digits.length > mostDigits) return undefined;
  return Array.from(digits).toReversed().join('');
}
