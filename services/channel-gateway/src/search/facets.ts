import { SearchFacet, type FacetCount } from '@made-open/contracts';
import { kindOf } from '../entities/entity-kind.ts';
import type { Parameter } from '../parameters/parameter.ts';

/** What matches can be counted by, as the API names it. */
export interface Facet {
  readonly name: string;
  readonly facet: SearchFacet;
}

export const knownFacets: readonly Facet[] = [
  { name: 'type', facet: SearchFacet.TYPE },
  { name: 'connection', facet: SearchFacet.CONNECTION },
  { name: 'plugin', facet: SearchFacet.PLUGIN },
];

const names = knownFacets.map(({ name }) => name);

export const facets: Parameter<readonly Facet[]> = {
  name: 'facets',
  description:
    'Count the matches by these, separated by commas: `type`, `connection`, `plugin`. The parameter of the same name ' +
    'does not narrow the counts of its own facet.',
  schema: { type: 'string' },
  example: 'type,connection',
  fallback: [],
  read: (text) => {
    const found = text.split(',').map((wanted) => knownFacets.find(({ name }) => name === wanted));
    const known = found.filter((facet) => facet !== undefined);
    return known.length < found.length ? undefined : [...new Set(known)];
  },
  rule: `must be one or several of ${names.join(', ')}, separated by commas`,
};

/** The counts of each facet asked for, most matches first. */
export function facetsView(asked: readonly Facet[], counts: readonly FacetCount[]): object {
  return Object.fromEntries(
    asked.map(({ name, facet }) => [
      name,
      counts.filter((count) => count.facet === facet).flatMap(countView),
    ]),
  );
}

function countView({ facet, value, type, count }: FacetCount): object[] {
  if (facet !== SearchFacet.TYPE) return [{ value, count }];
  const kind = kindOf(type);
  return kind === undefined ? [] : [{ value: kind.type, count }];
}
