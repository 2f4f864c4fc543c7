import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { busHeaders, readMessage, writeMessage, type Bus } from '@made-open/bus';
import { EntityService, EntityType, type CallMethod } from '@made-open/contracts';

export interface StoredPerson {
  readonly id: string;
  readonly spaceId: string;
  readonly version: number;
  readonly name: string;
}

const pageSize = 2;

/** Answers for etl, with its rights: persons in pages of two. */
export class FakeEtl {
  readonly persons: StoredPerson[] = [];
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

  #page({ spaceId, type, cursor }: MessageShape<typeof EntityService.method.listEntities.input>) {
    const from = Number(cursor);
    const known = type === EntityType.PERSON ? this.persons : [];
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
        fields: { display_name: name },
      })),
      nextCursor: next < own.length ? String(next) : '',
    };
  }
}
