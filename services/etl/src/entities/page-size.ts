const defaultSize = 50;

/** Rows of a page: what was asked for within the limit, or the default when nothing was. */
export function pageSize(wanted: number, max: number): number {
  return Math.min(Math.max(wanted || defaultSize, 1), max);
}
