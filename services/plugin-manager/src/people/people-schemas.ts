import { kinds, objectSchema } from '../problem-schema.ts';
import type { Page } from '../page.ts';
import { pageView } from '../page.ts';
import type { ExportedRecord, LinkedPerson } from './people.ts';

const { text, count } = kinds;
const id = { ...text, format: 'uuid' };
const person = '5d1f7b0c-3c7e-4d53-9d0e-7a1c7b7f2e10';
const other = '0b8a2c5e-1d7f-4c7b-8a36-5e2f9d1c7b44';
const nextCursor = {
  type: ['string', 'null'],
  description: 'give it as `cursor` for the next page; null on the last one',
};

/** Schemas of what the routes of people and exports answer. */
export const peopleSchemas = {
  LinkedPerson: objectSchema(
    {
      person_id: { ...id, description: 'stays the same as long as one of its records is there' },
      records: {
        type: 'array',
        items: {
          type: 'object',
          required: ['entity_id', 'rule'],
          additionalProperties: false,
          properties: {
            entity_id: id,
            rule: {
              ...text,
              description:
                'what links it: email, phone, or person for a decision; empty when it is alone',
            },
          },
        },
      },
    },
    {
      person_id: person,
      records: [
        { entity_id: person, rule: 'email' },
        { entity_id: other, rule: 'person' },
      ],
    },
  ),
  LinkedPersons: objectSchema(
    { data: { type: 'array', items: { $ref: '#/components/schemas/LinkedPerson' } } },
    { data: [{ person_id: person, records: [{ entity_id: person, rule: '' }] }] },
  ),
  ErasedStep: objectSchema(
    {
      done: { type: 'boolean', description: 'false: there is more; ask again until it is true' },
      erased: { ...count, description: 'entities that went with this call' },
    },
    { done: true, erased: 3 },
  ),
  ExportPage: objectSchema(
    {
      data: {
        type: 'array',
        items: {
          type: 'object',
          required: ['kind', 'record'],
          additionalProperties: false,
          properties: {
            kind: { ...text, description: 'type of an entity, quarantine, checkpoint or file' },
            record: {
              type: 'object',
              description:
                'with `raw`, as the source gave it; of a file a part of its content, as `content_base64`',
            },
          },
        },
      },
      next_cursor: nextCursor,
    },
    {
      data: [
        {
          kind: 'person',
          record: { id: person, external_id: '17', data: { display_name: 'Ada' }, raw: {} },
        },
      ],
      next_cursor: null,
    },
  ),
};

export function linkedPersonView({ personId, records }: LinkedPerson): object {
  return {
    person_id: personId,
    records: records.map(({ entityId, rule }) => ({ entity_id: entityId, rule })),
  };
}

/** JSON text of a page, with the records as they are kept. */
export function exportText(page: Page<ExportedRecord>): string {
  const records = page.data.map(
    ({ kind, json }) => `{"kind":${JSON.stringify(kind)},"record":${json}}`,
  );
  const { next_cursor: next } = pageView({ ...page, data: [] }, String);
  return `{"data":[${records.join(',')}],"next_cursor":${JSON.stringify(next)}}`;
}
