import { wordsOf } from './words.ts';

/** What is searched for: each phrase has to occur, its words side by side; the last word may be a beginning. */
export interface QueryTerms {
  readonly phrases: readonly (readonly string[])[];
}

const maxWords = 32;

/** Reads what a person typed. What is written without spaces (`ada@example.com`, `jean-luc`) is one phrase. */
export function readTerms(query: string): QueryTerms {
  let left = maxWords;
  const phrases: string[][] = [];
  for (const chunk of query.split(/\s+/u)) {
    const words = wordsOf(chunk).slice(0, left);
    left -= words.length;
    if (words.length > 0) phrases.push(words);
  }
  return { phrases };
}

/** The terms in PostgreSQL's own language; words hold nothing that would have to be escaped. */
export function tsquery({ phrases }: QueryTerms): string {
  const text = phrases.map((words) => words.map((word) => `'${word}'`).join(' <-> ')).join(' & ');
  return text === '' ? '' : `${text}:*`;
}

/** Tells whether a word of a document is one of those searched for. */
export function wordMatcher({ phrases }: QueryTerms): (word: string) => boolean {
  const words = phrases.flat();
  const whole = new Set(words);
  const beginning = words.at(-1);
  return (word) => whole.has(word) || (beginning !== undefined && word.startsWith(beginning));
}
