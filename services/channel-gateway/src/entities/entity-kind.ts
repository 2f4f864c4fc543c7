import { EntityType } from '@made-open/contracts';

/** A type of entity as the API names it. */
export interface EntityKind {
  /** Value of `type`. */
  readonly type: string;
  /** Its place in URLs, below `/v1/`. */
  readonly path: string;
  /** Name of its schema in the API's description. */
  readonly name: string;
  readonly entityType: EntityType;
}

export const entityKinds: readonly EntityKind[] = [
  {
    type: 'person',
    path: 'persons',
    name: 'Person',
    entityType: EntityType.PERSON,
  },
  {
    type: 'message',
    path: 'messages',
    name: 'Message',
    entityType: EntityType.MESSAGE,
  },
  {
    type: 'calendar_event',
    path: 'events',
    name: 'CalendarEvent',
    entityType: EntityType.CALENDAR_EVENT,
  },
  {
    type: 'document',
    path: 'documents',
    name: 'Document',
    entityType: EntityType.DOCUMENT,
  },
  {
    type: 'conversation',
    path: 'conversations',
    name: 'Conversation',
    entityType: EntityType.CONVERSATION,
  },
];

/** Those that have addresses of people. */
export const kindsWithParticipants: readonly EntityKind[] = entityKinds.filter(({ type }) =>
  ['message', 'conversation'].includes(type),
);

export function kindOf(entityType: EntityType): EntityKind | undefined {
  return entityKinds.find((kind) => kind.entityType === entityType);
}
