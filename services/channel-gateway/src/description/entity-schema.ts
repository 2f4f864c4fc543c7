import { ScalarType, type DescField } from '@bufbuild/protobuf';
import type { EntityKind } from '../entities/entity-kind.ts';

/** JSON Schema of an entity as the API shows it: the fields come from the contract, so the two cannot differ. */
export function entitySchema({ type, schema }: EntityKind): object {
  const fields = schema.fields.filter(({ name }) => name !== 'updated_at');
  return {
    type: 'object',
    required: ['id', 'type', 'source', 'version', 'created_at', 'updated_at'],
    properties: {
      id: { type: 'string', format: 'uuid' },
      type: { const: type },
      ...Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field)])),
      source: { $ref: '#/components/schemas/Source' },
      version: {
        type: 'integer',
        minimum: 1,
        description: 'Rises by one with every change of the entity.',
      },
      created_at: time('When it came to the platform.'),
      updated_at: time('When it last changed on the platform.'),
    },
  };
}

export function pageSchema(item: string, more: object = {}): object {
  return {
    type: 'object',
    required: ['data', 'next_cursor', ...Object.keys(more)],
    properties: {
      data: { type: 'array', items: { $ref: `#/components/schemas/${item}` } },
      next_cursor: {
        type: ['string', 'null'],
        description: 'Give it as `cursor` for the next page; null on the last one.',
      },
      ...more,
    },
  };
}

function fieldSchema(field: DescField): object {
  if (field.fieldKind === 'list')
    return { type: 'array', items: field.listKind === 'scalar' ? scalarSchema(field.scalar) : {} };
  if (field.fieldKind === 'scalar')
    return field.name.endsWith('_at')
      ? { type: 'string', format: 'date-time' }
      : scalarSchema(field.scalar);
  return { type: 'object', additionalProperties: true };
}

function scalarSchema(scalar: ScalarType): object {
  if (scalar === ScalarType.BOOL) return { type: 'boolean' };
  return { type: scalar === ScalarType.STRING ? 'string' : 'number' };
}

function time(description: string): object {
  return { type: 'string', format: 'date-time', description };
}
