import { isMessage, type DescMessage, type Message, type MessageShape } from '@bufbuild/protobuf';
import {
  CalendarEventCreatedSchema,
  CalendarEventDeletedSchema,
  CalendarEventUpdatedSchema,
  ConversationCreatedSchema,
  ConversationDeletedSchema,
  ConversationUpdatedSchema,
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
  documentOfConversation,
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
  ConversationCreatedSchema,
  ConversationUpdatedSchema,
  ConversationDeletedSchema,
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
  'madeopen.data.v1.ConversationCreated': EntityType.CONVERSATION,
  'madeopen.data.v1.ConversationUpdated': EntityType.CONVERSATION,
  'madeopen.data.v1.ConversationDeleted': EntityType.CONVERSATION,
};

/** What there is to find by each event; a deletion has none. */
const documents: ReadonlyMap<string, (event: Message) => SearchDocument | undefined> = new Map([
  reader(PersonCreatedSchema, ({ person }) => documentOfPerson(person)),
  reader(PersonUpdatedSchema, ({ person }) => documentOfPerson(person)),
  reader(MessageCreatedSchema, ({ message }) => documentOfMessage(message)),
  reader(MessageUpdatedSchema, ({ message }) => documentOfMessage(message)),
  reader(CalendarEventCreatedSchema, (event) => documentOfCalendarEvent(event.calendarEvent)),
  reader(CalendarEventUpdatedSchema, (event) => documentOfCalendarEvent(event.calendarEvent)),
  reader(DocumentCreatedSchema, ({ document }) => documentOfDocument(document)),
  reader(DocumentUpdatedSchema, ({ document }) => documentOfDocument(document)),
  reader(ConversationCreatedSchema, (event) => documentOfConversation(event.conversation)),
  reader(ConversationUpdatedSchema, (event) => documentOfConversation(event.conversation)),
]);

/** What an event means for the index, or undefined when it names no entity. */
export function changeOf(event: ChangeEvent): IndexChange | undefined {
  const { entity, $typeName } = event;
  if (entity === undefined || !uuid.test(entity.entityId) || entity.spaceId === '')
    return undefined;
  const { entityId, spaceId, connectionId, pluginId, version } = entity;
  const document = documents.get($typeName)?.(event);
  return { entityId, spaceId, connectionId, pluginId, version, type: types[$typeName], document };
}

function reader<D extends DescMessage>(
  schema: D,
  documentOf: (event: MessageShape<D>) => SearchDocument,
): [string, (event: Message) => SearchDocument | undefined] {
  return [schema.typeName, (event) => (isMessage(event, schema) ? documentOf(event) : undefined)];
}
