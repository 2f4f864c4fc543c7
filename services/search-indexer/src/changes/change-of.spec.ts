import { create } from '@bufbuild/protobuf';
import {
  CalendarEventUpdatedSchema,
  ConversationCreatedSchema,
  consumers,
  DocumentDeletedSchema,
  EntityType,
  PersonCreatedSchema,
  routeOf,
} from '@made-open/contracts';
import { changeOf, changeSchemas } from './change-of.ts';

const entity = {
  entityId: '01930000-0000-7000-8000-000000000001',
  spaceId: 'default',
  connectionId: 'connection-1',
  pluginId: 'com.example',
  externalId: 'x',
  version: 4,
};

describe('changeOf', () => {
  it('knows every event that the consumer brings', () => {
    const brought = consumers().find(({ name }) => name === 'search-indexer-changes');
    expect(changeSchemas.map((schema) => routeOf(schema).subject).toSorted()).toEqual(
      brought?.filterSubjects.toSorted(),
    );
  });

  it('makes a document of what was created or changed', () => {
    const event = { entity, calendarEvent: { title: 'Review' } };
    expect(changeOf(create(CalendarEventUpdatedSchema, event))).toEqual({
      entityId: entity.entityId,
      spaceId: 'default',
      connectionId: 'connection-1',
      pluginId: 'com.example',
      version: 4,
      type: EntityType.CALENDAR_EVENT,
      document: { title: 'Review', details: '', body: '' },
    });
  });

  it('makes a document of a conversation', () => {
    const event = { entity, conversation: { subject: 'Lunch', participants: ['a@x', 'b@x'] } };
    expect(changeOf(create(ConversationCreatedSchema, event))).toMatchObject({
      type: EntityType.CONVERSATION,
      document: { title: 'Lunch', details: 'a@x · b@x', body: '' },
    });
  });

  it('makes an empty document, not a deletion, of an entity without content', () => {
    expect(changeOf(create(PersonCreatedSchema, { entity }))?.document).toEqual({
      title: '',
      details: '',
      body: '',
    });
  });

  it('makes a deletion of what is gone', () => {
    expect(changeOf(create(DocumentDeletedSchema, { entity }))).toMatchObject({
      type: EntityType.DOCUMENT,
      document: undefined,
    });
  });

  it.each([{}, { entity: { ...entity, entityId: 'x' } }, { entity: { ...entity, spaceId: '' } }])(
    'makes nothing of an event that names no entity: %j',
    (event) => {
      expect(changeOf(create(PersonCreatedSchema, event))).toBeUndefined();
    },
  );
});
