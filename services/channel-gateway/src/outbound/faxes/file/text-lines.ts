/** At a form feed as well as at what ends a line anywhere. */
const ends = /[\n\f\u{2028}\u{2029}]/u;

/**
 * A text as lines of a certain number of characters at most, broken at spaces; of a word that is longer, each line takes what
 * it holds. The work for one line does not grow with the text behind it.
 */
export function* textLines(text: string, columns: number): Generator<string> {
  for (const line of text.split(ends)) yield* brokenLine(Array.from(line.trimEnd()), columns);
}

function* brokenLine(characters: readonly string[], columns: number): Generator<string> {
  let start = 0;
  while (characters.length - start > columns) {
    const end = endOfLine(characters, start, columns);
    yield characters.slice(start, end).join('').trimEnd();
    start = end;
    while (characters[start] === ' ') start++;
  }
  yield characters.slice(start).join('');
}

/** Behind the last word that fits, if there is one; an indentation is none. */
function endOfLine(characters: readonly string[], start: number, columns: number): number {
  const end = characters.lastIndexOf(' ', start + columns);
  const isBehindWord = end > start && characters.slice(start, end).some((one) => one !== ' ');
  return isBehindWord ? end : start + columns;
}
