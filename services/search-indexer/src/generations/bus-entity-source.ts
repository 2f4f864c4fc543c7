import { fromJson, type DescMessage, type JsonObject, type MessageShape } from '@bufbuild/protobuf';
import type { Bus } from '@made-open/bus';
import {
  CalendarEventSchema,
  ConversationSchema,
  DocumentSchema,
  EntityService,
  EntityType,
  MessageSchema,
  PersonSchema,
  type EntityRecord,
} from '@made-open/contracts';
import {
  documentOfCalendarEvent,
  documentOfConversation,
  documentOfDocument,
  documentOfMessage,
  documentOfPerson,
} from '../changes/document-of.ts';
import type { IndexChange, SearchDocument } from '../search/search-index.ts';
import { EntitySource, type EntityPage, type OnRefused } from './entity-source.ts';

/** etl cuts pages by bytes, too. */
const pageSize = 200;
/** Nobody waits for it, and etl gives up a page earlier. */
const timeoutMs = 10_000;

const documents: ReadonlyMap<EntityType, (fields: JsonObject) => SearchDocument> = new Map([
  [EntityType.PERSON, reader(PersonSchema, documentOfPerson)],
  [EntityType.MESSAGE, reader(MessageSchema, documentOfMessage)],
  [EntityType.CALENDAR_EVENT, reader(CalendarEventSchema, documentOfCalendarEvent)],
  [EntityType.DOCUMENT, reader(DocumentSchema, documentOfDocument)],
  [EntityType.CONVERSATION, reader(ConversationSchema, documentOfConversation)],
]);

/** Asks etl for the entities. */
export class BusEntitySource extends EntitySource {
  override readonly types = [...documents.keys()];
  readonly #bus: Pick<Bus, 'call'>;
  readonly #onRefused: OnRefused;

  constructor(bus: Pick<Bus, 'call'>, onRefused: OnRefused) {
    super();
    this.#bus = bus;
    this.#onRefused = onRefused;
  }

  override async spaceBehind(spaceId: string): Promise<string | undefined> {
    const { listSpaces } = EntityService.method;
    const { spaceIds } = await this.#bus.call(listSpaces, { after: spaceId }, { timeoutMs });
    return spaceIds[0];
  }

  override async page(spaceId: string, type: EntityType, cursor: string): Promise<EntityPage> {
    const { listEntities } = EntityService.method;
    const request = { spaceId, type, cursor, limit: pageSize };
    const page = await this.#bus.call(listEntities, request, { timeoutMs });
    return {
      changes: page.entities.flatMap((entity) => this.#changeOf(entity)),
      nextCursor: page.nextCursor,
    };
  }

  /** One entity that does not fit the model must not hold up all others. */
  #changeOf({ origin, type, fields }: EntityRecord): IndexChange[] {
    const documentOf = documents.get(type);
    if (origin === undefined || fields === undefined || documentOf === undefined) return [];
    const { entityId, spaceId, connectionId, pluginId, version } = origin;
    const document = readable(() => documentOf(fields));
    if (document === undefined) {
      this.#onRefused(entityId, 'search.entity_unreadable');
      return [];
    }
    return [{ entityId, spaceId, connectionId, pluginId, version, type, document }];
  }
}

/** The fault's message stays behind: it quotes the fields. */
function readable(read: () => SearchDocument): SearchDocument | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Fields are named as in the model; what this version does not know yet is no reason not to find the rest. */
function reader<D extends DescMessage>(
  schema: D,
  documentOf: (message: MessageShape<D>) => SearchDocument,
): (fields: JsonObject) => SearchDocument {
  return (fields) => documentOf(fromJson(schema, fields, { ignoreUnknownFields: true }));
}
