import { RemoteError, readMessage, writeMessage, busHeaders, type Bus } from '@made-open/bus';
import {
  EntityService,
  EntityType,
  SearchService,
  type CallMethod,
  type ListEntitiesRequest,
  type SearchRequest,
} from '@made-open/contracts';
import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';

const { listEntities, getEntity, getLinkedPerson } = EntityService.method;
const { search } = SearchService.method;

export interface StoredPerson {
  readonly id: string;
  readonly spaceId: string;
  version: number;
  readonly name: string;
}

/** Answers requests of a service with that service's own rights, as the real one would. */
export class Answerer {
  readonly #bus: Bus;
  readonly #answers = new Map<string, (data: Uint8Array) => string>();
  heardTimeout: (timeoutMs: number) => void = () => undefined;

  constructor(bus: Bus, service: string) {
    this.#bus = bus;
    bus.consume({ stream: 'REQUESTS', name: `${service}-requests` }, (delivery) => {
      const inbox = delivery.headers.get(busHeaders.replyTo) ?? '';
      this.heardTimeout(Number(delivery.headers.get(busHeaders.timeout)));
      try {
        const answer = this.#answers.get(delivery.subject);
        if (answer !== undefined) this.#bus.reply(inbox, answer(delivery.data));
      } catch (error) {
        const { code, retry, message } = error as RemoteError;
        this.#bus.reply(inbox, message, {
          [busHeaders.errorCode]: code,
          [busHeaders.errorRetry]: retry,
        });
      }
      return Promise.resolve('ack');
    });
  }

  on<I extends DescMessage, O extends DescMessage>(
    method: CallMethod<I, O>,
    subject: string,
    answer: (request: MessageShape<I>) => MessageInitShape<O>,
  ): void {
    this.#answers.set(subject, (data) =>
      writeMessage(method.output, answer(readMessage(method.input, data))),
    );
  }

  off(subject: string): void {
    this.#answers.delete(subject);
  }
}

function recordOf({ id, spaceId, version, name }: StoredPerson) {
  return {
    origin: {
      entityId: id,
      spaceId,
      connectionId: 'connection-1',
      pluginId: 'com.example.contacts',
      externalId: `external ${id}`,
      version,
    },
    type: EntityType.PERSON,
    fields: { display_name: name, emails: ['ada@example.com'] },
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-02T00:00:00.000Z',
    tags: ['family'],
  };
}

/** What etl and search-indexer know, and what they were asked. */
export class FakeServices {
  readonly persons: StoredPerson[] = [];
  readonly listed: ListEntitiesRequest[] = [];
  readonly searched: SearchRequest[] = [];
  readonly etl: Answerer;
  readonly indexer: Answerer;

  constructor(etl: Bus, indexer: Bus) {
    this.etl = new Answerer(etl, 'etl');
    this.indexer = new Answerer(indexer, 'search-indexer');
  }

  /** Four persons of the default space and one of another. */
  reset(): void {
    for (const list of [this.persons, this.listed, this.searched]) list.splice(0);
    for (let n = 1; n <= 5; n++)
      this.persons.push({
        id: `01930000-0000-7000-8000-00000000000${String(n)}`,
        spaceId: n === 5 ? 'other' : 'default',
        version: n,
        name: `Person ${String(n)}`,
      });
    this.answerAsEtl();
    this.answerAsIndexer();
  }

  /** As etl does it: a space, a type, pages by id. */
  answerAsEtl(): void {
    this.etl.on(listEntities, 'cmd.etl.ListEntities', (request) => {
      this.listed.push(request);
      if (request.cursor === 'bad')
        throw new RemoteError(
          'etl.invalid_request',
          'the cursor is not one that a page gave',
          'never',
        );
      if (request.cursor === 'bug')
        throw new RemoteError('internal', 'etl could not answer', 'later');
      const found = this.persons.filter(
        ({ spaceId, id }) =>
          request.type === EntityType.PERSON && spaceId === request.spaceId && id > request.cursor,
      );
      const entities = found.slice(0, request.limit).map(recordOf);
      const more = found.length > request.limit;
      return { entities, nextCursor: more ? (entities.at(-1)?.origin.entityId ?? '') : '' };
    });
    this.etl.on(getEntity, 'cmd.etl.GetEntity', ({ spaceId, type, entityId }) => {
      const found = this.persons.find(
        (person) => person.id === entityId && person.spaceId === spaceId,
      );
      return found === undefined || type !== EntityType.PERSON ? {} : { entity: recordOf(found) };
    });
    this.etl.on(getLinkedPerson, 'cmd.etl.GetLinkedPerson', ({ spaceId, personId }) =>
      this.persons.some(({ id, spaceId: of }) => id === personId && of === spaceId)
        ? { person: { personId, records: [{ entityId: personId, rule: '' }] } }
        : {},
    );
  }

  answerAsIndexer(): void {
    this.indexer.on(search, 'cmd.search_indexer.Search', (request) => {
      this.searched.push(request);
      const hits = this.persons
        .filter(({ spaceId }) => spaceId === request.spaceId)
        .map(({ id, name }) => ({
          entityId: id,
          type: EntityType.PERSON,
          connectionId: 'connection-1',
          pluginId: 'com.example.contacts',
          title: name,
          markedTitle: `\uE000${name}\uE001`,
          snippet: `\uE000${name}\uE001`,
          score: 0.5,
        }));
      return { hits, total: hits.length };
    });
  }
}
