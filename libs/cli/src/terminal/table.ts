/** Columns under their names, as wide as their longest text. */
export function table(names: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [names.map((name) => name.toUpperCase()), ...rows.map((row) => row.map(oneLine))];
  const widths = names.map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Texts come from plugins and sources: no control character of theirs reaches the screen. */
export function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}

/** Text of several lines: its control characters are gone, the ends of its lines are not. */
export function printable(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]+/gu, ' ');
}

/** JSON names U+007F to U+009F by their numbers as it does those below: a terminal would obey them. */
export function printableJson(json: string): string {
  return json.replaceAll(
    /[\u007f-\u009f]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

/** How many of what there are. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${String(count)} ${count === 1 ? one : many}`;
}
