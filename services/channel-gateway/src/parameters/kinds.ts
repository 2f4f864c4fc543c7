import { entityKinds, searchedKinds, type EntityKind } from '../entities/entity-kind.ts';
import type { Parameter } from './parameter.ts';

/** Types of entities that a search finds, each once. */
export const kindsToSearch = kindsOf(searchedKinds);

/** Types of entities, each once. */
export const kinds = kindsOf(entityKinds);

function kindsOf(known: readonly EntityKind[]): Parameter<readonly EntityKind[]> {
  const names = known.map(({ type }) => type).join(', ');
  return {
    name: 'type',
    description: `Only these types, separated by commas; there are ${names}.`,
    schema: { type: 'string' },
    example: 'person,message',
    fallback: [],
    read: (text) => {
      const found = text.split(',').map((name) => known.find(({ type }) => type === name));
      const wanted = found.filter((kind) => kind !== undefined);
      return wanted.length < found.length ? undefined : [...new Set(wanted)];
    },
    rule: `must be one or several of ${names}, separated by commas`,
  };
}
