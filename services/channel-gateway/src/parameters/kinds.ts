import { entityKinds, type EntityKind } from '../entities/entity-kind.ts';
import type { Parameter } from './parameter.ts';

const names = entityKinds.map(({ type }) => type).join(', ');

/** Types of entities, each once. */
export const kinds: Parameter<readonly EntityKind[]> = {
  name: 'type',
  description: `Only these types, separated by commas; there are ${names}.`,
  schema: { type: 'string' },
  example: 'person,message',
  fallback: [],
  read: (text) => {
    const found = text.split(',').map((name) => entityKinds.find(({ type }) => type === name));
    const wanted = found.filter((kind) => kind !== undefined);
    return wanted.length < found.length ? undefined : [...new Set(wanted)];
  },
  rule: `must be one or several of ${names}, separated by commas`,
};
