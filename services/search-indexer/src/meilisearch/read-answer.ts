import { EntityType, SearchFacet } from '@made-open/contracts';
import { IndexRefusedError } from '../errors.ts';
import { markedHit } from '../search/highlight.ts';
import type { QueryTerms } from '../search/query-terms.ts';
import type { FacetCount, SearchHit } from '../search/search-index.ts';
import { facetFields } from './search-request.ts';

const entityTypes = Object.values(EntityType).filter((type) => typeof type === 'number');

/** One answer of a multi-search, of which nothing is taken for granted. */
export type Answer = Readonly<Record<string, unknown>>;

export function totalOf(answer: Answer): number {
  const { totalHits } = answer;
  if (typeof totalHits !== 'number') throw new IndexRefusedError('no totalHits in the answer');
  return totalHits;
}

export function hitsOf(answer: Answer, terms: QueryTerms): SearchHit[] {
  const { hits } = answer;
  if (!Array.isArray(hits)) throw new IndexRefusedError('no hits in the answer');
  return hits.map((hit: unknown) => hitOf(record(hit), terms));
}

function hitOf(hit: Answer, terms: QueryTerms): SearchHit {
  const formatted = record(hit['_formatted']);
  const texts = [text(formatted, 'details'), text(formatted, 'body'), text(formatted, 'title')];
  const type = text(hit, 'type');
  const score = hit['_rankingScore'];
  return {
    entityId: text(hit, 'id'),
    type: entityTypes.find((known) => String(known) === type) ?? EntityType.UNSPECIFIED,
    connectionId: text(hit, 'connection_id'),
    pluginId: text(hit, 'plugin_id'),
    title: text(hit, 'title'),
    ...markedHit(text(formatted, 'title'), texts, terms),
    score: typeof score === 'number' ? score : 0,
  };
}

/** The counts of one facet, most first, then by value. */
export function facetCountsOf(answer: Answer, facet: SearchFacet): FacetCount[] {
  const counts = record(record(answer['facetDistribution'])[facetFields.get(facet) ?? '']);
  return Object.entries(counts)
    .flatMap(([value, count]) =>
      typeof count === 'number' && count > 0 && value !== '' ? [{ facet, value, count }] : [],
    )
    .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}

function text(from: Answer, name: string): string {
  const value = from[name];
  return typeof value === 'string' ? value : '';
}

function record(value: unknown): Answer {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null;
}
