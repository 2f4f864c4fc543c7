import { kinds, objectSchema, pageSchema } from '../problem-schema.ts';

const { text, time } = kinds;

/** Schemas of what the audit answers. */
export const auditSchemas = {
  AuditEntry: objectSchema(
    {
      id: text,
      at: time,
      who: { ...text, description: 'id of the key, or system' },
      action: text,
      target: text,
      outcome: { ...text, description: 'done, started, or failed with its code' },
    },
    {
      id: '17',
      at: '2026-11-21T06:00:00.000Z',
      who: '7hQ2mZk0RvXa',
      action: 'plugin.approve',
      target: 'com.example.my-connector 0.1.0',
      outcome: 'done',
    },
  ),
  AuditPage: pageSchema('AuditEntry'),
};
