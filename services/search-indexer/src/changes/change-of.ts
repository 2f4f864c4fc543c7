import type { MessageShape } from '@bufbuild/protobuf';
import {
  CalendarEventCreatedSchema,
  CalendarEventDeletedSchema,
  CalendarEventUpdatedSchema,
  DocumentCreatedSchema,
  DocumentDeletedSchema,
  DocumentUpdatedSchema,
  EntityType,
  MessageCreatedSchema,
  MessageDeletedSchema,
  MessageUpdatedSchema,
  PersonCreatedSchema,
  PersonDeletedSchema,
  PersonUpdatedSchema,
} from '@made-open/contracts';
import type { IndexChange, SearchDocument } from '../search/search-index.ts';
import {
  documentOfCalendarEvent,
  documentOfDocument,
  documentOfMessage,
  documentOfPerson,
} from './document-of.ts';

/** Every event that changes what can be found. */
export const changeSchemas = [
  PersonCreatedSchema,
  PersonUpdatedSchema,
  PersonDeletedSchema,
  MessageCreatedSchema,
  MessageUpdatedSchema,
  MessageDeletedSchema,
  CalendarEventCreatedSchema,
  CalendarEventUpdatedSchema,
  CalendarEventDeletedSchema,
  DocumentCreatedSchema,
  DocumentUpdatedSchema,
  DocumentDeletedSchema,
] as const;

export type ChangeSchema = (typeof changeSchemas)[number];
type ChangeEvent = MessageShape<ChangeSchema>;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;

const types: Readonly<Record<ChangeEvent['$typeName'], EntityType>> = {
  'madeopen.data.v1.PersonCreated': EntityType.PERSON,
  'madeopen.data.v1.PersonUpdated': EntityType.PERSON,
  'madeopen.data.v1.PersonDeleted': EntityType.PERSON,
  'madeopen.data.v1.MessageCreated': EntityType.MESSAGE,
  'madeopen.data.v1.MessageUpdated': EntityType.MESSAGE,
  'madeopen.data.v1.MessageDeleted': EntityType.MESSAGE,
  'madeopen.data.v1.CalendarEventCreated': EntityType.CALENDAR_EVENT,
  'madeopen.data.v1.CalendarEventUpdated': EntityType.CALENDAR_EVENT,
  'madeopen.data.v1.CalendarEventDeleted': EntityType.CALENDAR_EVENT,
  'madeopen.data.v1.DocumentCreated': EntityType.DOCUMENT,
  'madeopen.data.v1.DocumentUpdated': EntityType.DOCUMENT,
  'madeopen.data.v1.DocumentDeleted': EntityType.DOCUMENT,
};

/** What an event means for the index, or undefined when it names no entity. */
export function changeOf(event: ChangeEvent): IndexChange | undefined {
  const { entity, $typeName } = event;
  if (entity === undefined || !uuid.test(entity.entityId) || entity.spaceId === '')
    return undefined;
  const { entityId, spaceId, connectionId, pluginId, version } = entity;
  const document = documentOf(event);
  return { entityId, spaceId, connectionId, pluginId, version, type: types[$typeName], document };
}

function documentOf(event: ChangeEvent): SearchDocument | undefined {
  switch (event.$typeName) {
    case 'madeopen.data.v1.PersonCreated':
    case 'madeopen.data.v1.PersonUpdated':
      return documentOfPerson(event.person);
    case 'madeopen.data.v1.MessageCreated':
    case 'madeopen.data.v1.MessageUpdated':
      return documentOfMessage(event.message);
    case 'madeopen.data.v1.CalendarEventCreated':
    case 'madeopen.data.v1.CalendarEventUpdated':
      return documentOfCalendarEvent(event.calendarEvent);
    case 'madeopen.data.v1.DocumentCreated':
    case 'madeopen.data.v1.DocumentUpdated':
      return documentOfDocument(event.document);
    default:
      return undefined;
  }
}
