import { entitySchemas } from '@made-open/contracts';
import type { EntityKind } from '../entities/entity-kind.ts';

/** JSON Schema of an entity as the API shows it: the fields come from the data model, so the two cannot differ. */
export function entitySchema({ type }: EntityKind): object {
  return {
    type: 'object',
    required: ['id', 'type', 'tags', 'source', 'version', 'created_at', 'updated_at'],
    properties: {
      id: { type: 'string', format: 'uuid' },
      type: { const: type },
      ...fieldsOf(type),
      tags: {
        type: 'array',
        items: { type: 'string', maxLength: 64 },
        maxItems: 50,
        description: 'Labels that rules have put on it, in alphabetical order.',
      },
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

/** JSON Schema of a person with its records. */
export const linkedPersonSchema = {
  type: 'object',
  required: ['person_id', 'records'],
  properties: {
    person_id: {
      type: 'string',
      format: 'uuid',
      description: 'Stays the same as long as one of its records is there.',
    },
    records: {
      type: 'array',
      description: 'Entities of type person, each as one source has this person.',
      items: {
        type: 'object',
        required: ['id', 'linked_by', 'href'],
        properties: {
          id: { type: 'string', format: 'uuid' },
          linked_by: {
            enum: ['email', 'phone', 'person', null],
            description:
              'What links it: an address, a number, or the decision of a person; null when it is alone.',
          },
          href: { type: 'string', format: 'uri-reference', description: 'Where the entity is.' },
        },
      },
    },
  },
} as const;

/** JSON Schema of whose the addresses of a message or conversation are. */
export const participantsSchema = {
  type: 'object',
  required: ['participants'],
  properties: {
    participants: {
      type: 'array',
      description:
        'In the order of their addresses; one of several persons comes with each of them.',
      items: {
        type: 'object',
        required: ['address', 'person_id', 'display_name', 'href'],
        properties: {
          address: { type: 'string', description: 'As the message has it.' },
          person_id: {
            type: ['string', 'null'],
            format: 'uuid',
            description: 'Null when it is nobody’s that is known.',
          },
          display_name: { type: ['string', 'null'] },
          href: {
            type: ['string', 'null'],
            format: 'uri-reference',
            description: 'Where the records of the person are.',
          },
        },
      },
    },
  },
} as const;

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
