/** A word as it is compared, and where it stands in its text. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Words are cut here and not by PostgreSQL's parser, which keeps an address or URL as one word: so documents, queries
 * and highlights agree. Scripts without spaces give one word for each character, found side by side.
 */
const pattern =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]|[[\p{L}\p{N}\p{M}]--[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]]+/gv;

/** Longer ones are no words; both sides are cut alike. PostgreSQL takes 2,046 bytes. */
const maxWordLength = 64;

/** Letters that are not a plain letter with a mark. */
const plainLetters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  ς: 'σ',
};

/** The words of a text in their order. */
export function* wordsIn(text: string): Generator<Word> {
  for (const match of text.matchAll(pattern)) {
    const word = fold(match[0]);
    if (word !== '') yield { text: word, start: match.index, end: match.index + match[0].length };
  }
}

/** The words of a text as they are compared. */
export function wordsOf(text: string): string[] {
  return Array.from(wordsIn(text), (word) => word.text);
}

/** Without case and accents; nothing but letters, digits and the marks of scripts that need them is left. */
function fold(word: string): string {
  if (/^[\dA-Za-z]*$/u.test(word)) return word.slice(0, maxWordLength).toLowerCase();
  return word
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/gu, '')
    .toLowerCase()
    .replaceAll(/[ßæœøłđðþıς]/gu, (letter) => plainLetters[letter] ?? letter)
    .replaceAll(/[^\p{L}\p{N}\p{M}]/gu, '')
    .slice(0, maxWordLength)
    .replace(/[\ud800-\udbff]$/, ''); // a character cut in half
}
