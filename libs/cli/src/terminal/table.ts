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
