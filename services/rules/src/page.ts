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

/** Reads the page of a request; one without a limit has a usual size. */
export function pageRequest({ limit, cursor }: PageRequest): PageRequest {
  if (cursor !== '' && !isUuid(cursor)) throw invalidCursor();
  return { limit: Math.min(limit || defaultLimit, maxLimit), cursor };
}

/** A page of rows of which one more than the limit was read. */
export function pageOf<T extends { readonly id: string }>(
  rows: readonly T[],
  limit: number,
): Page<T> {
  const page = rows.slice(0, limit);
  return { rows: page, nextCursor: rows.length > limit ? (page.at(-1)?.id ?? '') : '' };
}

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u.test(text);
}
