import { digitsOf } from '../search/numbers.ts';
import type { QueryTerms } from '../search/query-terms.ts';
import { isCharacter, wordsOf } from '../search/words.ts';

/** The words of a text, cut and folded by this service, as Meilisearch gets them. */
export function engineWords(text: string): string {
  return wordsOf(text).map(engineWord).join(' ');
}

/**
 * The terms in Meilisearch's own language. What is quoted stands there as it is; the words that are not may have typing
 * mistakes, and the very last may be the beginning of one.
 */
export function engineQuery({ phrases, endsOpen, isExact }: QueryTerms): string {
  return phrases
    .map((words, index) => {
      const isOpen = endsOpen && index === phrases.length - 1;
      return isOpen ? openPhrase(words) : closedPhrase(words, isExact);
    })
    .join(' ');
}

function closedPhrase(words: readonly string[], isExact: boolean): string {
  const [word = ''] = words;
  return words.length > 1 || isExact || isCharacter(word) ? quoted(words) : engineWord(word);
}

/** Meilisearch knows no phrase that ends in the beginning of a word: it ranks first where they stand side by side. */
function openPhrase(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  if (isCharacter(last)) return quoted(words);
  const before = words.slice(0, -1);
  return `${before.length === 0 ? '' : `${quoted(before)} `}${engineWord(last)}`;
}

function quoted(words: readonly string[]): string {
  return `"${words.map(engineWord).join(' ')}"`;
}

/**
 * A character of a script without spaces goes by its number: Meilisearch would cut such a script by a dictionary, and
 * differently in a document than in a query of one character. Other scripts are put together again, as it expects them.
 */
function engineWord(word: string): string {
  const composed = digitsOf(word) ?? word.normalize('NFC');
  if (!isCharacter(word)) return composed;
  return `u${Array.from(composed, (sign) => (sign.codePointAt(0) ?? 0).toString(16)).join('')}`;
}
