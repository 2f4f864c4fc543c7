import type { DescMessage } from '@bufbuild/protobuf';
import {
  CalendarEventSchema,
  DocumentSchema,
  EntityType,
  MessageSchema,
  PersonSchema,
} from '@made-open/contracts';

/** A type of entity as the API names it. */
export interface EntityKind {
  /** Value of `type`. */
  readonly type: string;
  /** Its place in URLs, below `/v1/`. */
  readonly path: string;
  /** Name of its schema in the API's description. */
  readonly name: string;
  readonly entityType: EntityType;
  /** Its fields. */
  readonly schema: DescMessage;
}

export const entityKinds: readonly EntityKind[] = [
  {
    type: 'person',
    path: 'persons',
    name: 'Person',
    entityType: EntityType.PERSON,
    schema: PersonSchema,
  },
  {
    type: 'message',
    path: 'messages',
    name: 'Message',
    entityType: EntityType.MESSAGE,
    schema: MessageSchema,
  },
  {
    type: 'calendar_event',
    path: 'events',
    name: 'CalendarEvent',
    entityType: EntityType.CALENDAR_EVENT,
    schema: CalendarEventSchema,
  },
  {
    type: 'document',
    path: 'documents',
    name: 'Document',
    entityType: EntityType.DOCUMENT,
    schema: DocumentSchema,
  },
];

export function kindOf(entityType: EntityType): EntityKind | undefined {
  return entityKinds.find((kind) => kind.entityType === entityType);
}
