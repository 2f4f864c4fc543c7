import { kinds, objectSchema } from '../problem-schema.ts';

const { text, count, orNull } = kinds;

/** Schemas of what the route of egress overrides answers. */
export const overrideSchemas = {
  EgressOverride: objectSchema(
    {
      host: { ...text, description: 'host:port as plugins name it' },
      address: text,
      port: count,
      authority: {
        type: ['object', 'null'],
        required: ['subject', 'fingerprint'],
        properties: { subject: text, fingerprint: text },
        additionalProperties: false,
      },
    },
    { host: 'graph.microsoft.com:443', address: '127.0.0.1', port: 8443, authority: null },
  ),
  EgressOverrides: {
    type: 'object',
    required: ['data', 'next_cursor', 'fault'],
    additionalProperties: false,
    properties: {
      data: { type: 'array', items: { $ref: '#/components/schemas/EgressOverride' } },
      next_cursor: { type: 'null' },
      fault: {
        ...orNull(text),
        description: 'why the file as it is now has not taken effect',
      },
    },
  },
};
