/** At a form feed as well as at what ends a line anywhere. */
const ends = /[\n\f\u{2028}\u{2029}]/u;

/**
 * A text as lines of a certain number of characters at most, broken at spaces; of a word that is longer, each line takes what
 * it holds. For one line it looks at no more than fits in it.
 */
export function* textLines(text: string, columns: number): Generator<string> {
  for (const line of text.split(ends)) yield* brokenLine(Array.from(line.trimEnd()), columns);
}

/** Of the characters of one line. */
export function* brokenLine(characters: readonly string[], columns: number): Generator<string> {
  let start = 0;
  while (characters.length - start > columns) {
    const length = lengthOfLine(characters.slice(start, start + columns + 1));
    yield characters
      .slice(start, start + length)
      .join('')
      .trimEnd();
    start += length;
    while (characters[start] === ' ') start++;
  }
  yield characters.slice(start).join('');
}

/** Of what fits and the character behind it: up to the last word that ends there, if one does; an indentation is none. */
function lengthOfLine(window: readonly string[]): number {
  const end = window.lastIndexOf(' ');
  const isBehindWord = window.slice(0, Math.max(end, 0)).some((one) => one !== ' ');
  return isBehindWord ? end : window.length - 1;
}
