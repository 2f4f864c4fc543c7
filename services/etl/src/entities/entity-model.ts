import type { DescMessage } from '@bufbuild/protobuf';
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
  routeSubject,
} from '@made-open/contracts';
import { itemTables, type ItemType, type Table } from '@made-open/manifest';

/** `text` is trimmed, `prose` keeps its white space, `time` is a point in time, `texts` a list. */
export type FieldKind = 'text' | 'prose' | 'time' | 'texts' | 'boolean' | 'number';

/** A field of an item's `data` and the column it is stored in. */
export interface EntityField {
  readonly name: string;
  readonly column: string;
  readonly kind: FieldKind;
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

const person = model('person', EntityType.PERSON, {
  events: [PersonCreatedSchema, PersonUpdatedSchema, PersonDeletedSchema],
  fields: {
    display_name: 'text',
    given_name: 'text',
    family_name: 'text',
    emails: 'texts',
    phones: 'texts',
    organization: 'text',
    title: 'text',
    birthday: 'text',
    updated_at: 'time',
  },
});

const message = model('message', EntityType.MESSAGE, {
  events: [MessageCreatedSchema, MessageUpdatedSchema, MessageDeletedSchema],
  fields: {
    subject: 'text',
    body: 'prose',
    sender: 'text',
    recipients: 'texts',
    thread_id: 'text',
    sent_at: 'time',
    channel_type: 'text',
    direction: 'text',
    updated_at: 'time',
  },
});

const calendarEvent = model('calendar_event', EntityType.CALENDAR_EVENT, {
  events: [CalendarEventCreatedSchema, CalendarEventUpdatedSchema, CalendarEventDeletedSchema],
  fields: {
    title: 'text',
    description: 'prose',
    location: 'text',
    starts_at: 'time',
    ends_at: 'time',
    time_zone: 'text',
    all_day: 'boolean',
    organizer: 'text',
    attendees: 'texts',
    recurrence: 'text',
    updated_at: 'time',
  },
});

const document = model('document', EntityType.DOCUMENT, {
  events: [DocumentCreatedSchema, DocumentUpdatedSchema, DocumentDeletedSchema],
  fields: {
    title: 'text',
    text: 'prose',
    mime_type: 'text',
    url: 'text',
    path: 'text',
    size_bytes: 'number',
    authors: 'texts',
    updated_at: 'time',
  },
});

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
  {
    events: [created, updated, deleted],
    fields,
  }: {
    events: readonly [DescMessage, DescMessage, DescMessage];
    fields: Readonly<Record<string, FieldKind>>;
  },
): EntityModel {
  return {
    type,
    table: itemTables[type],
    entityType,
    created: routeSubject(created),
    updated: routeSubject(updated),
    deleted: routeSubject(deleted),
    fields: Object.entries(fields).map(([name, kind]) => ({
      name,
      // The row has an `updated_at` of its own: when etl changed it.
      column: name === 'updated_at' ? 'source_updated_at' : name,
      kind,
    })),
    names: new Set(Object.keys(fields)),
  };
}
