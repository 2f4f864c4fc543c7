import { wordsIn, wordsOf, type Word } from './words.ts';

/** What is searched for: each phrase has to occur, its words side by side. */
export interface QueryTerms {
  readonly phrases: readonly (readonly string[])[];
  /** The very last word may be the beginning of one, as long as somebody may still be typing it. */
  readonly endsOpen: boolean;
  /** Something stood in quotes: who writes so wants exactly that. */
  readonly isExact: boolean;
}

const maxWords = 32;
const quotes = /[“”„«»]/gu;
const chunks = /"(?<quoted>[^"]*)(?<end>"?)|[^\s"]+/gu;

/**
 * Reads what a person typed. A phrase stands in quotes, or is written in one piece (`ada@example.com`, `jean-luc`).
 * Only the first words count: more of them make a search slower, not better.
 */
export function readTerms(query: string): QueryTerms {
  let left = maxWords;
  let [endsOpen, isExact] = [true, false];
  const phrases: string[][] = [];
  for (const { 0: chunk, groups } of query.replaceAll(quotes, '"').matchAll(chunks)) {
    const words = wordsOf(groups?.['quoted'] ?? chunk).slice(0, left);
    if (words.length === 0) continue;
    phrases.push(words);
    endsOpen = groups?.['end'] !== '"';
    isExact ||= !endsOpen;
    left -= words.length;
    if (left === 0) break;
  }
  return { phrases, endsOpen, isExact };
}

/** The words of a text that were searched for, in their order; those of a phrase only where it stands as a whole. */
export function* matchesIn(text: string, { phrases, endsOpen }: QueryTerms): Generator<Word> {
  const openEnd = endsOpen ? phrases.at(-1) : undefined;
  const longestFirst = phrases.toSorted((a, b) => b.length - a.length);
  const recent: Word[] = [];
  let done = 0;
  for (const word of wordsIn(text)) {
    if (recent.push(word) > maxWords) recent.shift();
    const found = longestFirst.find((phrase) => endsWith(recent, phrase, phrase === openEnd));
    for (const match of found === undefined ? [] : recent.slice(-found.length))
      if (match.start >= done) {
        yield match;
        done = match.end;
      }
  }
}

function endsWith(words: readonly Word[], phrase: readonly string[], isOpen: boolean): boolean {
  const from = words.length - phrase.length;
  return phrase.every((wanted, at) => {
    const { text = '' } = words[from + at] ?? {};
    return isOpen && at === phrase.length - 1 ? text.startsWith(wanted) : text === wanted;
  });
}
