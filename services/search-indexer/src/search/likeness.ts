import { wordsOf } from './words.ts';

const likeEnough = 0.4;
const beginningLength = 3;

/** How much of the searched words a title has, letter by letter: from 0, or not enough, to 1. */
export function likeness(words: readonly string[], title: string): number {
  const wanted = trigrams(words);
  const known = trigrams(wordsOf(title));
  let shared = 0;
  for (const trigram of wanted) if (known.has(trigram)) shared++;
  const part = shared / wanted.size;
  return part > likeEnough ? part : 0;
}

/**
 * A title is compared only if one of its words begins as one of those searched for, as it was typed or as it would be
 * without a letter too many or two swapped ones: so likeness needs no index of its own, which would cost every document
 * half as much again. A letter that is missing or wrong at the beginning is the price.
 */
export function beginnings(words: readonly string[]): string[] {
  return [...new Set(words.flatMap(beginningsOf))];
}

function beginningsOf(word: string): string[] {
  const [a = '', b = '', c = '', d = ''] = Array.from(word).slice(0, beginningLength + 1);
  const typed = a + b + c;
  return d === '' ? [typed] : [typed, b + a + c, a + c + b, b + c + d, a + c + d];
}

/** Three characters at a time, with the beginning and end of the word. */
function trigrams(words: readonly string[]): Set<string> {
  const found = new Set<string>();
  for (const word of words) {
    const padded = `  ${word} `;
    for (let at = 0; at + 3 <= padded.length; at++) found.add(padded.slice(at, at + 3));
  }
  return found;
}
