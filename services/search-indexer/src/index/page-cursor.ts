import { createHash } from 'node:crypto';
import { SearchQueryError } from '../errors.ts';
import type { SearchQuery } from './search-index.ts';

/** How a page was found: by its words, or, when nothing has them, by the likeness of titles. */
export type Way = 'words' | 'likeness';

/** The hit that a page ended with; the next page starts behind it. */
export interface PageEnd {
  readonly way: Way;
  readonly score: number;
  readonly entityId: string;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;

/** Opaque text for the client; it goes on with the same search only. */
export function writeCursor(query: SearchQuery, { way, score, entityId }: PageEnd): string {
  const text = JSON.stringify([way, score, entityId, fingerprint(query)]);
  return Buffer.from(text).toString('base64url');
}

/** Undefined for the first page. A cursor comes from outside: every part is checked. */
export function readCursor(query: SearchQuery): PageEnd | undefined {
  if (query.cursor === '') return undefined;
  const parts = parse(query.cursor);
  if (!Array.isArray(parts)) throw new SearchQueryError('the cursor is not one that a page gave');
  const [way, score, entityId, of]: unknown[] = parts;
  if (of !== fingerprint(query))
    throw new SearchQueryError('the cursor belongs to another search; begin that one without it');
  if (
    (way !== 'words' && way !== 'likeness') ||
    typeof score !== 'number' ||
    !Number.isFinite(Math.fround(score)) ||
    typeof entityId !== 'string' ||
    !uuid.test(entityId)
  )
    throw new SearchQueryError('the cursor is not one that a page gave');
  return { way, score, entityId };
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

function fingerprint({ spaceId, query, types, connectionId, pluginId }: SearchQuery): string {
  const sorted = types.toSorted((a, b) => a - b);
  const text = JSON.stringify([spaceId, query, sorted, connectionId, pluginId]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 12);
}
