import type { DescMessage } from '@bufbuild/protobuf';
import {
  CalendarEventSchema,
  DocumentSchema,
  MessageSchema,
  PersonSchema,
} from '@made-open/contracts';
import { entityModels, type EntityModel, type FieldKind } from './entity-model.ts';

const kinds: Record<FieldKind, string> = {
  text: 'STRING',
  prose: 'STRING',
  time: 'STRING',
  texts: 'STRING[]',
  boolean: 'BOOL',
  number: 'DOUBLE',
};
const scalarNames: Record<number, string> = { 1: 'DOUBLE', 8: 'BOOL', 9: 'STRING' };

const ofContract = (schema: DescMessage): Record<string, string> =>
  Object.fromEntries(
    schema.fields
      .filter((field) => field.name !== 'attributes')
      .map((field) => [
        field.name,
        field.fieldKind === 'list'
          ? `${scalarNames[field.scalar ?? 0] ?? '?'}[]`
          : (scalarNames[field.scalar ?? 0] ?? '?'),
      ]),
  );
const ofModel = (model: EntityModel): Record<string, string> =>
  Object.fromEntries(model.fields.map((field) => [field.name, kinds[field.kind]]));

describe('entity models', () => {
  it.each([
    ['person', entityModels.person, PersonSchema],
    ['message', entityModels.message, MessageSchema],
    ['calendar_event', entityModels.calendar_event, CalendarEventSchema],
    ['document', entityModels.document, DocumentSchema],
  ])('have the fields of the contract: %s', (_, model, schema) => {
    expect(ofModel(model)).toEqual(ofContract(schema));
  });

  it('keep the time of the source apart from that of the row', () => {
    for (const model of Object.values(entityModels))
      expect(model.fields.map((field) => field.column)).not.toContain('updated_at');
  });
});
