import type { DescMessage } from '@bufbuild/protobuf';
import type { EventOf } from '@made-open/bus';
import { messages, routeOf, subjectPattern } from '@made-open/contracts';
import { OnEvents, type MessageContext } from '@made-open/nest';
import { Controller, Inject } from '@nestjs/common';
import { HoldEvents } from './hold-events.ts';
import { incomingEvent } from './incoming-event.ts';

const communication = heardBy('rules-communication');
const data = heardBy('rules-data');
const connector = heardBy('rules-connector');
const own = heardBy('rules-rules');

/** The events that rules wait for and endpoints hear of. */
@Controller()
export class EventsConsumer {
  constructor(@Inject(HoldEvents) private readonly events: HoldEvents) {}

  @OnEvents(communication)
  communication(events: readonly EventOf<DescMessage>[], context: MessageContext): Promise<void> {
    return this.#hold(communication, events, context);
  }

  @OnEvents(data)
  data(events: readonly EventOf<DescMessage>[], context: MessageContext): Promise<void> {
    return this.#hold(data, events, context);
  }

  @OnEvents(connector)
  connector(events: readonly EventOf<DescMessage>[], context: MessageContext): Promise<void> {
    return this.#hold(connector, events, context);
  }

  @OnEvents(own)
  own(events: readonly EventOf<DescMessage>[], context: MessageContext): Promise<void> {
    return this.#hold(own, events, context);
  }

  #hold(
    schemas: readonly DescMessage[],
    events: readonly EventOf<DescMessage>[],
    { subject }: MessageContext,
  ): Promise<void> {
    const schema = schemas.find((candidate) => fits(routeOf(candidate).subject, subject));
    if (schema === undefined) throw new TypeError(`no event of the contracts has ${subject}`);
    return this.events.hold(events.map((event) => incomingEvent(schema, subject, event)));
  }
}

function heardBy(consumer: string): readonly DescMessage[] {
  return messages.filter((message) => routeOf(message).consumers.includes(consumer));
}

function fits(route: string, subject: string): boolean {
  const tokens = subjectPattern(route).split('.');
  const given = subject.split('.');
  return (
    tokens.length === given.length &&
    tokens.every((token, index) => token === '*' || token === given[index])
  );
}
