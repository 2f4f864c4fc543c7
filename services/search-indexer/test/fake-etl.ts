import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { busHeaders, readMessage, writeMessage, type Bus } from '@made-open/bus';
import { EntityService, EntityType, type CallMethod } from '@made-open/contracts';

export interface StoredEntity {
  readonly id: string;
  readonly spaceId: string;
  readonly version: number;
  /** Of a conversation: its subject. */
  readonly name: string;
}

const pageSize = 2;

/** Answers for etl, with its rights: persons and conversations in pages of two. */
export class FakeEtl {
  readonly persons: StoredEntity[] = [];
  readonly conversations: StoredEntity[] = [];
  /** Waited for before each page. */
  beforePage: () => Promise<void> = () => Promise.resolve();
  readonly #bus: Bus;

  constructor(bus: Bus) {
    this.#bus = bus;
    const { listSpaces, listEntities } = EntityService.method;
    bus.consume(
      { stream: 'REQUESTS', name: 'etl-requests' },
      async ({ subject, data, headers }) => {
        const inbox = headers.get(busHeaders.replyTo) ?? '';
        if (subject.endsWith('.ListSpaces'))
          this.#reply(inbox, listSpaces, this.#spacesBehind(readMessage(listSpaces.input, data)));
        else {
          await this.beforePage();
          this.#reply(inbox, listEntities, this.#page(readMessage(listEntities.input, data)));
        }
        return 'ack';
      },
    );
  }

  #reply<I extends DescMessage, O extends DescMessage>(
    inbox: string,
    method: CallMethod<I, O>,
    answer: MessageInitShape<O>,
  ): void {
    this.#bus.reply(inbox, writeMessage(method.output, answer));
  }

  #spacesBehind({ after }: MessageShape<typeof EntityService.method.listSpaces.input>) {
    const spaces = new Set(this.persons.map(({ spaceId }) => spaceId));
    return { spaceIds: [...spaces].filter((space) => space > after).toSorted() };
  }

  #entitiesOf(type: EntityType): readonly StoredEntity[] {
    if (type === EntityType.PERSON) return this.persons;
    return type === EntityType.CONVERSATION ? this.conversations : [];
  }

  #page({ spaceId, type, cursor }: MessageShape<typeof EntityService.method.listEntities.input>) {
    const from = Number(cursor);
    const known = this.#entitiesOf(type);
    const own = known.filter((person) => person.spaceId === spaceId);
    const next = from + pageSize;
    return {
      entities: own.slice(from, next).map(({ id, version, name }) => ({
        origin: {
          entityId: id,
          spaceId,
          connectionId: 'connection-1',
          pluginId: 'com.example.contacts',
          externalId: id,
          version,
        },
        type,
        fields: type === EntityType.PERSON ? { display_name: name } : { subject: name },
      })),
      nextCursor: next < own.length ? String(next) : '',
    };
  }
}
