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
import type { ItemType } from '@made-open/manifest';

/** How a field is kept: as text, list of texts, point in time, truth value or number. */
export type ColumnKind = 'text' | 'texts' | 'time' | 'flag' | 'number';

/** One field of the unified model and its column. */
export interface EntityColumn {
  /** Name in `item.data`, in events and in the API. */
  readonly field: string;
  readonly column: string;
  readonly kind: ColumnKind;
}

/** A type of the unified model: its table, its columns, its events. */
export interface EntityDefinition {
  readonly type: ItemType;
  readonly number: EntityType;
  readonly table: string;
  /** Field that must be present. */
  readonly required: string | undefined;
  readonly columns: readonly EntityColumn[];
  /** Subjects of the events. */
  readonly created: string;
  readonly updated: string;
  readonly deleted: string;
}

const text = (field: string): EntityColumn => ({ field, column: field, kind: 'text' });
const texts = (field: string): EntityColumn => ({ field, column: field, kind: 'texts' });
const time = (field: string): EntityColumn => ({ field, column: field, kind: 'time' });
/** The source's own time of change; `updated_at` of the row is ours. */
const sourceUpdated: EntityColumn = {
  field: 'updated_at',
  column: 'source_updated_at',
  kind: 'time',
};

export const entityDefinitions: readonly EntityDefinition[] = [
  {
    type: 'person',
    number: EntityType.PERSON,
    table: 'person',
    required: 'display_name',
    columns: [
      text('display_name'),
      text('given_name'),
      text('family_name'),
      texts('emails'),
      texts('phones'),
      text('organization'),
      text('title'),
      text('birthday'),
      sourceUpdated,
    ],
    created: routeSubject(PersonCreatedSchema),
    updated: routeSubject(PersonUpdatedSchema),
    deleted: routeSubject(PersonDeletedSchema),
  },
  {
    type: 'message',
    number: EntityType.MESSAGE,
    table: 'message',
    required: undefined,
    columns: [
      text('subject'),
      text('body'),
      text('sender'),
      texts('recipients'),
      text('thread_id'),
      time('sent_at'),
      text('channel_type'),
      text('direction'),
      sourceUpdated,
    ],
    created: routeSubject(MessageCreatedSchema),
    updated: routeSubject(MessageUpdatedSchema),
    deleted: routeSubject(MessageDeletedSchema),
  },
  {
    type: 'calendar_event',
    number: EntityType.CALENDAR_EVENT,
    table: 'calendar_event',
    required: 'title',
    columns: [
      text('title'),
      text('description'),
      text('location'),
      time('starts_at'),
      time('ends_at'),
      text('time_zone'),
      { field: 'all_day', column: 'all_day', kind: 'flag' },
      text('organizer'),
      texts('attendees'),
      text('recurrence'),
      sourceUpdated,
    ],
    created: routeSubject(CalendarEventCreatedSchema),
    updated: routeSubject(CalendarEventUpdatedSchema),
    deleted: routeSubject(CalendarEventDeletedSchema),
  },
  {
    type: 'document',
    number: EntityType.DOCUMENT,
    table: 'document',
    required: 'title',
    columns: [
      text('title'),
      text('text'),
      text('mime_type'),
      text('url'),
      text('path'),
      { field: 'size_bytes', column: 'size_bytes', kind: 'number' },
      texts('authors'),
      sourceUpdated,
    ],
    created: routeSubject(DocumentCreatedSchema),
    updated: routeSubject(DocumentUpdatedSchema),
    deleted: routeSubject(DocumentDeletedSchema),
  },
];

/** The definition of an item type, or undefined for a type that the model does not have. */
export function definitionOf(type: string): EntityDefinition | undefined {
  return entityDefinitions.find((definition) => definition.type === type);
}
