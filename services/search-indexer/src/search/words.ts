/** A word as it is compared, and where it stands in its text. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Words are cut here and not by PostgreSQL's parser, which keeps an address or URL as one word: so documents, queries
 * and highlights agree.
 */
const words = /[\p{L}\p{N}\p{M}]+/gu;

/** Scripts without spaces give one word for each character, found side by side. */
const spaceless = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/u;
const pieces =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]|[^\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]+/gu;

/** ASCII, and the sign that stands between the parts of a document's details. */
const plain = /^[\0-\x7f·]*$/u;
const plainWords = /[\da-z]+/gu;

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

/** Whether a word is one character of a script without spaces. */
export function isCharacter(word: string): boolean {
  return spaceless.test(word);
}

/** The words of a text in their order. */
export function* wordsIn(text: string): Generator<Word> {
  for (const { 0: run, index } of text.matchAll(words))
    for (const { 0: piece, index: offset } of spaceless.test(run)
      ? run.matchAll(pieces)
      : [whole(run)]) {
      const word = fold(piece);
      const start = index + offset;
      if (word !== '') yield { text: word, start, end: start + piece.length };
    }
}

function whole(run: string): { 0: string; index: number } {
  return { 0: run, index: 0 };
}

/** The words of a text as they are compared. Most texts are plain, and every document comes through here. */
export function wordsOf(text: string): string[] {
  if (!plain.test(text)) return Array.from(wordsIn(text), (word) => word.text);
  const found = text.toLowerCase().match(plainWords) ?? [];
  return found.map((word) => (word.length > maxWordLength ? word.slice(0, maxWordLength) : word));
}

/** Without case and accents; nothing but letters, digits and the marks of scripts that need them is left. */
function fold(word: string): string {
  if (plain.test(word)) return word.slice(0, maxWordLength).toLowerCase();
  return word
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/gu, '')
    .toLowerCase()
    .replaceAll(/[ßæœøłđðþıς]/gu, (letter) => plainLetters[letter] ?? letter)
    .replaceAll(/[^\p{L}\p{N}\p{M}]/gu, '')
    .slice(0, maxWordLength)
    .replace(/[\ud800-\udbff]$/, ''); // a character cut in half
}
