import { createHash } from 'node:crypto';
import { SearchQueryError } from '../errors.ts';
import { maxMatches, type SearchQuery } from './search-index.ts';

/** How a page was found: by its words, or, when nothing has them, by the end of a number or the likeness of titles. */
export type Way = (typeof ways)[number];
const ways = ['words', 'number', 'likeness'] as const;

/** The hit that a page ended with; the next page starts behind it. */
export interface PageEnd {
  readonly way: Way;
  readonly score: number;
  readonly entityId: string;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;

const unknown = 'the cursor is not one that a page gave';

/** Opaque text for the client; it goes on with the same search only. */
export function writeCursor(query: SearchQuery, { way, score, entityId }: PageEnd): string {
  return encode([way, score, entityId, fingerprint(query)]);
}

/** Undefined for the first page. A cursor comes from outside: every part is checked. */
export function readCursor(query: SearchQuery): PageEnd | undefined {
  if (query.cursor === '') return undefined;
  const [asked, score, entityId] = partsOf(query, 4);
  const way = ways.find((known) => known === asked);
  if (
    way === undefined ||
    typeof score !== 'number' ||
    !Number.isFinite(Math.fround(score)) ||
    typeof entityId !== 'string' ||
    !uuid.test(entityId)
  )
    throw new SearchQueryError(unknown);
  return { way, score, entityId };
}

/** For an engine that cannot go on behind a hit: how many hits came before. */
export function writeOffset(query: SearchQuery, offset: number): string {
  return encode([offset, fingerprint(query)]);
}

/** 0 for the first page. */
export function readOffset(query: SearchQuery): number {
  if (query.cursor === '') return 0;
  const [offset] = partsOf(query, 2);
  const isOffset =
    typeof offset === 'number' && Number.isSafeInteger(offset) && offset > 0 && offset < maxMatches;
  if (!isOffset) throw new SearchQueryError(unknown);
  return offset;
}

function encode(parts: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** The last part tells of which search the cursor is. */
function partsOf({ cursor, ...query }: SearchQuery, count: number): unknown[] {
  const parts = parse(cursor);
  if (!Array.isArray(parts) || parts.length !== count) throw new SearchQueryError(unknown);
  if (parts.at(-1) !== fingerprint(query))
    throw new SearchQueryError('the cursor belongs to another search; begin that one without it');
  return parts;
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

function fingerprint({
  spaceId,
  query,
  types,
  connectionId,
  pluginId,
}: Omit<SearchQuery, 'cursor'>): string {
  const sorted = types.toSorted((a, b) => a - b);
  const text = JSON.stringify([spaceId, query, sorted, connectionId, pluginId]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 12);
}
