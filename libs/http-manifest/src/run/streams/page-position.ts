import { withoutPlaces } from '../../auth/place-value.ts';
import type { Pagination, Stream } from '../../http-manifest.ts';
import { holds } from '../../response/conditions.ts';
import { isScalar } from '../../response/extract.ts';
import { firstAt } from '../../response/json-path.ts';
import type { ProviderAnswer } from '../../response/provider-answer.ts';

/** Where the next page is; kept in the checkpoint. */
export type PagePosition =
  { readonly cursor: string } | { readonly number: number } | { readonly url: string };

/** What a page was. */
export interface PageFacts {
  readonly answer: ProviderAnswer;
  readonly records: number;
  /** Of the request. */
  readonly url: string;
  readonly position: PagePosition | undefined;
}

type Paged<T extends Pagination['type']> = Extract<Pagination, { type: T }>;

/** Undefined behind the last page. */
export function nextPosition(
  { pagination = { type: 'none' } }: Stream,
  facts: PageFacts,
): PagePosition | undefined {
  switch (pagination.type) {
    case 'cursor':
      return nextCursor(pagination, facts);
    case 'offset':
      return nextOffset(pagination, facts);
    case 'page':
      return nextPage(pagination, facts);
    case 'link':
      return nextLink(pagination, facts);
    default:
      return undefined;
  }
}

type Parameter = readonly [string, string | number];

/** What the request of the page has besides its own: names and values. */
export function pageParameters(
  { pagination = { type: 'none' } }: Stream,
  position: PagePosition | undefined,
): readonly Parameter[] {
  return [...limitParameter(pagination), ...placeParameter(pagination, position)];
}

function limitParameter(pagination: Pagination): readonly Parameter[] {
  if (pagination.type === 'none') return [];
  const { limit_param: name, limit } = pagination;
  return name === undefined || limit === undefined ? [] : [[name, limit]];
}

function placeParameter(
  pagination: Pagination,
  position: PagePosition | undefined,
): readonly Parameter[] {
  switch (pagination.type) {
    case 'cursor':
      return position !== undefined && 'cursor' in position
        ? [[pagination.cursor_param, position.cursor]]
        : [];
    case 'offset':
      return [[pagination.offset_param, numberAt(position) ?? 0]];
    case 'page':
      return [[pagination.page_param, numberAt(position) ?? pagination.start ?? 1]];
    default:
      return [];
  }
}

function numberAt(position: PagePosition | undefined): number | undefined {
  return position !== undefined && 'number' in position ? position.number : undefined;
}

function nextCursor(
  { cursor_path: path, stop_when: stop }: Paged<'cursor'>,
  { answer }: PageFacts,
): PagePosition | undefined {
  if (stop !== undefined && holds(stop, answer.body)) return undefined;
  const cursor = firstAt(path, answer.body);
  // Sources say "no more" by leaving it out, by null, by an empty text or by false.
  return isScalar(cursor) && cursor !== '' && cursor !== false
    ? { cursor: String(cursor) }
    : undefined;
}

/** A page with fewer than asked for may be short only because some were left out: an empty one is the last. */
function nextOffset(
  { total_path: path }: Paged<'offset'>,
  { answer, records, position }: PageFacts,
): PagePosition | undefined {
  const number = (numberAt(position) ?? 0) + records;
  const total = path === undefined ? undefined : firstAt(path, answer.body);
  if (records === 0 || (typeof total === 'number' && number >= total)) return undefined;
  return { number };
}

function nextPage(
  { start = 1, total_pages_path: path }: Paged<'page'>,
  { answer, records, position }: PageFacts,
): PagePosition | undefined {
  const page = numberAt(position) ?? start;
  const total = path === undefined ? undefined : firstAt(path, answer.body);
  const isLast = typeof total === 'number' ? page - start + 1 >= total : records === 0;
  return isLast ? undefined : { number: page + 1 };
}

function nextLink(
  { next_path: path }: Paged<'link'>,
  { answer, url }: PageFacts,
): PagePosition | undefined {
  const target =
    path === undefined ? linkTarget(answer.headers['link'] ?? '') : firstAt(path, answer.body);
  if (typeof target !== 'string' || target === '') return undefined;
  const next = withoutPlaces(target);
  return { url: URL.parse(next, url)?.href ?? next };
}

const maxLinkLength = 16_384;

/** The target of `rel="next"` (RFC 8288). */
function linkTarget(header: string): string | undefined {
  const links = header.slice(0, maxLinkLength).matchAll(/<([^>]*)>([^<]*)/gu);
  for (const [, target, parameters = ''] of links)
    if (/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next(?:[\s,;]|$))/iu.test(parameters))
      return target;
  return undefined;
}
