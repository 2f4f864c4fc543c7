import { RequestError } from './errors.ts';

/** Which page of a list is wanted; `after` is the key of the last row seen. */
export interface PageRequest {
  readonly limit: number;
  readonly after: string | undefined;
}

/** One page; `next` is the key to go on from. */
export interface Page<T> {
  readonly data: readonly T[];
  readonly next: string | undefined;
}

/** A page as the API shows it. */
export interface PageView<V> {
  readonly data: readonly V[];
  readonly next_cursor: string | null;
}

/** Cuts a page out of rows of which one more than the limit was read. */
export function pageOf<T>(rows: readonly T[], limit: number, keyOf: (row: T) => string): Page<T> {
  const data = rows.slice(0, limit);
  const last = data.at(-1);
  return { data, next: rows.length > limit && last !== undefined ? keyOf(last) : undefined };
}

export function pageView<T, V>(page: Page<T>, view: (entry: T) => V): PageView<V> {
  return {
    data: page.data.map(view),
    next_cursor: page.next === undefined ? null : Buffer.from(page.next).toString('base64url'),
  };
}

/** The key within a cursor that `pageView` made. */
export function readCursor(cursor: string | undefined): string | undefined {
  if (cursor === undefined || cursor === '') return undefined;
  const key = Buffer.from(cursor, 'base64url').toString();
  // eslint-disable-next-line no-control-regex -- PostgreSQL stores no NUL, so no key has one
  if (!/^[A-Za-z0-9_-]+$/u.test(cursor) || key === '' || key.includes('\u0000'))
    throw new RequestError(
      'request.invalid',
      400,
      'cursor is not one that this API gave; leave it out for the first page',
    );
  return key;
}

/** A cursor key that is a number, as database identities are. */
export function numericKey(page: PageRequest): string | undefined {
  if (page.after !== undefined && !/^\d{1,18}$/u.test(page.after))
    throw new RequestError('request.invalid', 400, 'cursor belongs to another list');
  return page.after;
}
