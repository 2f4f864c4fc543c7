/** What the tables of a generation end with; those of the first bear the names they had before there were others. */
export function suffixOf(generation: number): string {
  return generation === 1 ? '' : `_${String(generation)}`;
}
