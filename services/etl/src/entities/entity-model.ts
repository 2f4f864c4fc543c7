import type { DescMessage } from '@bufbuild/protobuf';
import {
  CalendarEventCreatedSchema,
  CalendarEventDeletedSchema,
  CalendarEventUpdatedSchema,
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
export interface EntityModel {
  /** Also the name of its database table and of its field in events. */
  readonly type: ItemType;
  /** As permissions and plugins name it. */
  readonly table: Table;
  readonly entityType: EntityType;
  readonly created: string;
  readonly updated: string;
  readonly deleted: string;
  readonly fields: readonly EntityField[];
  readonly names: ReadonlySet<string>;
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

/** All models, in a fixed order. */
export const allEntityModels: readonly EntityModel[] = Object.values(entityModels);

/** The model of an entity type on the wire. */
export function modelOfEntityType(type: EntityType): EntityModel | undefined {
  return allEntityModels.find((candidate) => candidate.entityType === type);
}

/** The model of a table as permissions name it. */
export function modelOfTable(table: string): EntityModel | undefined {
  return allEntityModels.find((candidate) => candidate.table === table);
}

function model(
  type: ItemType,
  entityType: EntityType,
  [created, updated, deleted]: readonly [DescMessage, DescMessage, DescMessage],
): EntityModel {
  const contract = entityMessages[type];
  if (contract === undefined) throw new TypeError(`${type} has no message`);
  const fields = entityFields(contract).map((field) => ({
    ...field,
    column: ownColumns.has(field.name) ? `source_${field.name}` : field.name,
  }));
  return {
    type,
    table: itemTables[type],
    entityType,
    created: routeSubject(created),
    updated: routeSubject(updated),
    deleted: routeSubject(deleted),
    fields,
    names: new Set(fields.map(({ name }) => name)),
  };
}
