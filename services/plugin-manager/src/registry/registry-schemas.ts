import { kinds, objectSchema } from '../problem-schema.ts';

const { text, texts, orNull } = kinds;
const textsOrNull = { type: ['array', 'null'], items: text };
const fields = {
  id: text,
  name: text,
  version: text,
  categories: texts,
  capabilities: texts,
  description: text,
  learn_more: orNull(text),
};
const example = {
  id: 'phaxio',
  name: 'Phaxio',
  version: '1.0.0',
  categories: ['outbound'],
  capabilities: ['send_fax', 'get_status'],
  description: 'Sends faxes through Phaxio.',
  learn_more: 'https://www.phaxio.com/docs/api/v2.1',
};

/** Schemas of what the routes of the registry answer. */
export const registrySchemas = {
  RegistryEntry: objectSchema(fields, example),
  RegistryPage: objectSchema(
    {
      items: { type: 'array', items: { $ref: '#/components/schemas/RegistryEntry' } },
      next_cursor: orNull(text),
    },
    { items: [example], next_cursor: null },
  ),
  RegistryDetails: objectSchema(
    {
      ...fields,
      source: { type: 'string', enum: ['preset', 'url'] },
      url: orNull(text),
      sha256: { ...text, description: 'of the manifest that would be installed' },
      permissions: { ...textsOrNull, description: 'null: it was not fetched yet' },
      credentials: { ...textsOrNull, description: 'that it needs' },
      config_schema: { type: ['object', 'null'] },
      installed_version: { ...orNull(text), description: 'that runs here' },
    },
    {
      ...example,
      source: 'preset',
      url: null,
      sha256: '5b0c4e0f4f9c1c0e8f6c7ad0a9b0d4b8f2a1f7d8d4a6c1d57c8f1e4b3a2d9c60',
      permissions: ['network:outbound:api.phaxio.com'],
      credentials: ['api_key', 'api_secret'],
      config_schema: { type: 'object' },
      installed_version: null,
    },
  ),
};
