import type { QueryTerms } from '../search/query-terms.ts';

/** The terms in PostgreSQL's own language; words hold nothing that would have to be escaped. */
export function tsquery({ phrases, endsOpen }: QueryTerms): string {
  const text = phrases.map((words) => words.map((word) => `'${word}'`).join(' <-> ')).join(' & ');
  return text === '' || !endsOpen ? text : `${text}:*`;
}

/** Titles with a word that begins in one of these ways. */
export function beginningsQuery(beginnings: readonly string[]): string {
  return beginnings.map((beginning) => `'${beginning}':*A`).join(' | ');
}
