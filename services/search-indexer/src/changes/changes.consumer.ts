import type { EventOf } from '@made-open/bus';
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
  SearchService,
  type EntityOrigin,
  type SearchRequest,
} from '@made-open/contracts';
import { OnCall, OnEvents } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { SearchIndex, type IndexChange } from '../index/search-index.ts';
import {
  documentOfCalendarEvent,
  documentOfDocument,
  documentOfMessage,
  documentOfPerson,
  type SearchDocument,
} from './document-of.ts';

const maxPage = 100;

/** Follows the changes of entities; a batch is acknowledged once the index has it. */
@Controller()
export class ChangesConsumer {
  constructor(@Inject(SearchIndex) private readonly index: SearchIndex) {}

  @OnEvents(PersonCreatedSchema)
  async personCreated(events: readonly EventOf<typeof PersonCreatedSchema>[]): Promise<void> {
    await this.#apply(
      EntityType.PERSON,
      events.map(({ message }) => [
        message.entity,
        message.person && documentOfPerson(message.person),
      ]),
    );
  }

  @OnEvents(PersonUpdatedSchema)
  async personUpdated(events: readonly EventOf<typeof PersonUpdatedSchema>[]): Promise<void> {
    await this.#apply(
      EntityType.PERSON,
      events.map(({ message }) => [
        message.entity,
        message.person && documentOfPerson(message.person),
      ]),
    );
  }

  @OnEvents(PersonDeletedSchema)
  async personDeleted(events: readonly EventOf<typeof PersonDeletedSchema>[]): Promise<void> {
    await this.#apply(
      EntityType.PERSON,
      events.map(({ message }) => [message.entity, undefined]),
    );
  }

  @OnEvents(MessageCreatedSchema)
  async messageCreated(events: readonly EventOf<typeof MessageCreatedSchema>[]): Promise<void> {
    await this.#apply(
      EntityType.MESSAGE,
      events.map(({ message }) => [
        message.entity,
        message.message && documentOfMessage(message.message),
      ]),
    );
  }

  @OnEvents(MessageUpdatedSchema)
  async messageUpdated(events: readonly EventOf<typeof MessageUpdatedSchema>[]): Promise<void> {
    await this.#apply(
      EntityType.MESSAGE,
      events.map(({ message }) => [
        message.entity,
        message.message && documentOfMessage(message.message),
      ]),
    );
  }

  @OnEvents(MessageDeletedSchema)
  async messageDeleted(events: readonly EventOf<typeof MessageDeletedSchema>[]): Promise<void> {
    await this.#apply(
      EntityType.MESSAGE,
      events.map(({ message }) => [message.entity, undefined]),
    );
  }

  @OnEvents(CalendarEventCreatedSchema)
  async calendarEventCreated(
    events: readonly EventOf<typeof CalendarEventCreatedSchema>[],
  ): Promise<void> {
    await this.#apply(
      EntityType.CALENDAR_EVENT,
      events.map(({ message }) => [
        message.entity,
        message.calendarEvent && documentOfCalendarEvent(message.calendarEvent),
      ]),
    );
  }

  @OnEvents(CalendarEventUpdatedSchema)
  async calendarEventUpdated(
    events: readonly EventOf<typeof CalendarEventUpdatedSchema>[],
  ): Promise<void> {
    await this.#apply(
      EntityType.CALENDAR_EVENT,
      events.map(({ message }) => [
        message.entity,
        message.calendarEvent && documentOfCalendarEvent(message.calendarEvent),
      ]),
    );
  }

  @OnEvents(CalendarEventDeletedSchema)
  async calendarEventDeleted(
    events: readonly EventOf<typeof CalendarEventDeletedSchema>[],
  ): Promise<void> {
    await this.#apply(
      EntityType.CALENDAR_EVENT,
      events.map(({ message }) => [message.entity, undefined]),
    );
  }

  @OnEvents(DocumentCreatedSchema)
  async documentCreated(events: readonly EventOf<typeof DocumentCreatedSchema>[]): Promise<void> {
    await this.#apply(
      EntityType.DOCUMENT,
      events.map(({ message }) => [
        message.entity,
        message.document && documentOfDocument(message.document),
      ]),
    );
  }

  @OnEvents(DocumentUpdatedSchema)
  async documentUpdated(events: readonly EventOf<typeof DocumentUpdatedSchema>[]): Promise<void> {
    await this.#apply(
      EntityType.DOCUMENT,
      events.map(({ message }) => [
        message.entity,
        message.document && documentOfDocument(message.document),
      ]),
    );
  }

  @OnEvents(DocumentDeletedSchema)
  async documentDeleted(events: readonly EventOf<typeof DocumentDeletedSchema>[]): Promise<void> {
    await this.#apply(
      EntityType.DOCUMENT,
      events.map(({ message }) => [message.entity, undefined]),
    );
  }

  @OnCall(SearchService.method.search)
  async search({
    spaceId,
    query,
    types,
    connectionId,
    limit,
    cursor,
  }: SearchRequest): Promise<object> {
    return this.index.search({
      spaceId,
      query,
      types,
      connectionId,
      cursor,
      limit: Math.min(Math.max(limit || 20, 1), maxPage),
    });
  }

  async #apply(
    type: EntityType,
    changes: readonly (readonly [EntityOrigin | undefined, SearchDocument | undefined])[],
  ): Promise<void> {
    const known = changes.flatMap(([origin, document]): IndexChange[] => {
      if (origin === undefined) return [];
      const { entityId, spaceId, connectionId, version } = origin;
      return [{ entityId, spaceId, connectionId, version, type, document }];
    });
    await this.index.apply(known);
  }
}
