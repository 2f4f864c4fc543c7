import { entityKinds, type EntityKind } from '../entities/entity-kind.ts';
import type { Parameter } from './parameter.ts';

const names = entityKinds.map(({ type }) => type);

/** Types of entities, each once. */
export const kinds: Parameter<readonly EntityKind[]> = {
  name: 'type',
  description: 'Only these types, separated by commas.',
  schema: { type: 'string' },
  example: 'person,message',
  fallback: [],
  read: (text) => {
    const found = text.split(',').map((name) => entityKinds.find(({ type }) => type === name));
    const known = found.filter((kind) => kind !== undefined);
    return known.length < found.length ? undefined : [...new Set(known)];
  },
  rule: `must be one or several of ${names.join(', ')}, separated by commas`,
};
