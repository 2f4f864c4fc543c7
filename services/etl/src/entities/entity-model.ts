import type { DescMessage } from '@bufbuild/protobuf';
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
  entityFields,
  entityMessages,
  EntityType,
  MessageCreatedSchema,
  MessageDeletedSchema,
  MessageUpdatedSchema,
  PersonCreatedSchema,
  PersonDeletedSchema,
  PersonUpdatedSchema,
  routeSubject,
  type EntityField as ContractField,
} from '@made-open/contracts';
import { itemTables, type ItemType, type Table } from '@made-open/manifest';

/** A field of an item's `data` and the column it is stored in. */
export interface EntityField extends ContractField {
  readonly column: string;
}

/** Everything about one type of entity that code asks for. */
export interface ReadModel {
  /** Also the name of its database table and of its field in events. */
  readonly type: string;
  /** As permissions and plugins name it. */
  readonly table: Table;
  readonly entityType: EntityType;
  readonly created: string;
  readonly updated: string;
  readonly deleted: string;
  readonly fields: readonly EntityField[];
  readonly names: ReadonlySet<string>;
  /** Those that name files, themselves or in their entries. */
  readonly fileFields: readonly EntityField[];
}

/** A type of entity that plugins write. */
export interface EntityModel extends ReadModel {
  readonly type: ItemType;
}

/** The row has times of its own: when etl made and changed it. */
const ownColumns: ReadonlySet<string> = new Set(['created_at', 'updated_at']);

const person = model('person', EntityType.PERSON, [
  PersonCreatedSchema,
  PersonUpdatedSchema,
  PersonDeletedSchema,
]);
const message = model('message', EntityType.MESSAGE, [
  MessageCreatedSchema,
  MessageUpdatedSchema,
  MessageDeletedSchema,
]);
const calendarEvent = model('calendar_event', EntityType.CALENDAR_EVENT, [
  CalendarEventCreatedSchema,
  CalendarEventUpdatedSchema,
  CalendarEventDeletedSchema,
]);
const document = model('document', EntityType.DOCUMENT, [
  DocumentCreatedSchema,
  DocumentUpdatedSchema,
  DocumentDeletedSchema,
]);

/** The model of each item type. */
export const entityModels: Readonly<Record<ItemType, EntityModel>> = {
  person,
  message,
  calendar_event: calendarEvent,
  document,
};

/** The models of all that plugins write, in a fixed order. */
export const allEntityModels: readonly EntityModel[] = Object.values(entityModels);

/** What etl makes from messages. */
export const conversationModel: ReadModel = {
  type: 'conversation',
  table: 'conversations',
  entityType: EntityType.CONVERSATION,
  ...eventsAndFields('conversation', [
    ConversationCreatedSchema,
    ConversationUpdatedSchema,
    ConversationDeletedSchema,
  ]),
};

const readModels: readonly ReadModel[] = [...allEntityModels, conversationModel];

/** The model of an entity type on the wire. */
export function modelOfEntityType(type: EntityType): ReadModel | undefined {
  return readModels.find((candidate) => candidate.entityType === type);
}

/** The model of a table as permissions name it. */
export function modelOfTable(table: string): ReadModel | undefined {
  return readModels.find((candidate) => candidate.table === table);
}

type EventSchemas = readonly [created: DescMessage, updated: DescMessage, deleted: DescMessage];

function model(type: ItemType, entityType: EntityType, events: EventSchemas): EntityModel {
  return { type, table: itemTables[type], entityType, ...eventsAndFields(type, events) };
}

function eventsAndFields(
  type: string,
  [created, updated, deleted]: EventSchemas,
): Omit<ReadModel, 'type' | 'table' | 'entityType'> {
  const contract = entityMessages[type];
  if (contract === undefined) throw new TypeError(`${type} has no message`);
  const fields = entityFields(contract).map((field) => ({
    ...field,
    column: ownColumns.has(field.name) ? `source_${field.name}` : field.name,
  }));
  return {
    created: routeSubject(created),
    updated: routeSubject(updated),
    deleted: routeSubject(deleted),
    fields,
    names: new Set(fields.map(({ name }) => name)),
    fileFields: fields.filter(
      ({ kind, fields: entries }) =>
        kind === 'file' || entries.some((entry) => entry.kind === 'file'),
    ),
  };
}
