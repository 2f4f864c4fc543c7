import { entitySchemas } from '@made-open/contracts';
import type { EntityKind } from '../entities/entity-kind.ts';

/** JSON Schema of an entity as the API shows it: the fields come from the data model, so the two cannot differ. */
export function entitySchema({ type }: EntityKind): object {
  return {
    type: 'object',
    required: ['id', 'type', 'source', 'version', 'created_at', 'updated_at'],
    properties: {
      id: { type: 'string', format: 'uuid' },
      type: { const: type },
      ...fieldsOf(type),
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

export function pageSchema(
  item: string,
  more: object = {},
): { type: 'object'; required: string[]; properties: object } {
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

/** The fields as the data model describes them; when the source changed an entity is told in `source`. */
function fieldsOf(type: string): object {
  const { properties } = { properties: {}, ...entitySchemas[type] };
  const { updated_at: _, ...fields } = { updated_at: undefined, ...objectOf(properties) };
  return fields;
}

function objectOf(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

function time(description: string): object {
  return { type: 'string', format: 'date-time', description };
}
