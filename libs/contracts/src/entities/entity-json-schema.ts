import type { DescMessage } from '@bufbuild/protobuf';
import { entityFields, type EntityField } from './entity-fields.ts';
import type { Comments } from '../event-catalogue.ts';

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Entries that a list of an entity may have. */
export const maxListEntries = 10_000;

/** `file_id` of a stored file: SHA-256 of its content. */
export const filePattern = '^[0-9a-f]{64}$';

/** The schema of a type of entity; `comments` describes messages and fields by their full names. */
export function entityJsonSchema(
  type: string,
  message: DescMessage,
  comments: Comments,
): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:made-open:schema:${type}`,
    title: message.name,
    ...objectSchema(message, comments),
  };
}

function objectSchema(message: DescMessage, comments: Comments): JsonSchema {
  const description = comments.get(message.typeName);
  const properties = entityFields(message).map((field) => [
    field.name,
    fieldSchema(message, field, comments),
  ]);
  const hasAttributes = message.fields.some(({ name }) => name === 'attributes');
  return {
    ...(description === undefined ? {} : { description }),
    type: 'object',
    properties: {
      ...Object.fromEntries(properties),
      ...(hasAttributes
        ? {
            attributes: {
              type: 'object',
              description: comments.get(`${message.typeName}.attributes`),
            },
          }
        : {}),
    },
  };
}

function fieldSchema(message: DescMessage, field: EntityField, comments: Comments): JsonSchema {
  const description = comments.get(`${message.typeName}.${field.name}`);
  return {
    ...valueSchema(message, field, comments),
    ...(description === undefined ? {} : { description }),
  };
}

function valueSchema(
  message: DescMessage,
  { name, kind }: EntityField,
  comments: Comments,
): JsonSchema {
  switch (kind) {
    case 'boolean':
      return { type: 'boolean' };
    case 'number':
      return { type: 'number' };
    case 'time':
      return { type: 'string', format: 'date-time' };
    case 'file':
      return { type: 'string', pattern: filePattern };
    case 'texts':
      return { type: 'array', items: { type: 'string' }, maxItems: maxListEntries };
    case 'objects': {
      const entry = message.fields.find((field) => field.name === name)?.message;
      const items = entry === undefined ? {} : objectSchema(entry, comments);
      return { type: 'array', items, maxItems: maxListEntries };
    }
    default:
      return { type: 'string' };
  }
}
