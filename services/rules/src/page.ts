import { invalidCursor } from './errors.ts';

/** Which part of a list is wanted; `cursor` is the id of the last row of the page before. */
export interface PageRequest {
  readonly limit: number;
  readonly cursor: string;
}

export interface Page<T> {
  readonly rows: readonly T[];
  readonly nextCursor: string;
}

const defaultLimit = 50;
const maxLimit = 200;
/** An answer is one message, which NATS takes up to 1 MiB. */
const maxBytes = 512 * 1024;

/** Reads the page of a request; one without a limit has a usual size. */
export function pageRequest({ limit, cursor }: PageRequest): PageRequest {
  if (cursor !== '' && !isUuid(cursor)) throw invalidCursor();
  return { limit: Math.min(limit || defaultLimit, maxLimit), cursor };
}

/** A page of rows of which one more than the limit was read; it ends sooner where the rows are large. */
export function pageOf<T extends { readonly id: string }>(
  rows: readonly T[],
  limit: number,
): Page<T> {
  const page = fitting(rows.slice(0, limit));
  return { rows: page, nextCursor: rows.length > page.length ? (page.at(-1)?.id ?? '') : '' };
}

/** One at least, however large it is. */
function fitting<T>(rows: readonly T[]): readonly T[] {
  let bytes = 0;
  const end = rows.findIndex((row, index) => {
    bytes += Buffer.byteLength(JSON.stringify(row));
    return bytes > maxBytes && index > 0;
  });
  return end === -1 ? rows : rows.slice(0, end);
}

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u.test(text);
}
