const most = 2;

/** The known name that somebody may have meant; one that differs in more than two letters is another. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  // A word of two letters is near to any other.
  const near = Math.min(most, Math.floor(name.length / 3));
  const distances = known.map((each) => ({ each, distance: distanceOf(plain(name), plain(each)) }));
  const [nearest] = distances.toSorted((a, b) => a.distance - b.distance);
  return nearest !== undefined && nearest.distance <= near ? nearest.each : undefined;
}

/** `displayName` and `display_name` are one word to whoever mistypes it. */
const plain = (name: string): string => name.toLowerCase().replaceAll(/[_-]/gu, '');

/** How many letters have to be changed, added or left out. */
function distanceOf(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [index, letter] of Array.from(a).entries()) {
    const next = [index + 1];
    for (const [column, other] of Array.from(b).entries())
      next.push(
        Math.min(
          (row[column] ?? 0) + (letter === other ? 0 : 1),
          (row[column + 1] ?? 0) + 1,
          (next[column] ?? 0) + 1,
        ),
      );
    row = next;
  }
  return row.at(-1) ?? 0;
}
