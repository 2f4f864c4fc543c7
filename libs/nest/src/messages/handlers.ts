import {
  callOf,
  routeOf,
  subjectPattern,
  type CallMethod,
  type SubjectParameters,
} from '@made-open/contracts';
import type { ConsumeOptions, EventOf } from '@made-open/bus';
import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { UseFilters } from '@nestjs/common';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';
import { TransportFilter } from './transport.filter.ts';

/** What a handler learns of the message besides its content. */
export interface MessageContext {
  readonly subject: string;
  /** The tokens that stand for `{…}` in the contract's subject: in their order, and by name. */
  readonly parameters: readonly string[] & SubjectParameters;
  readonly headers: ReadonlyMap<string, string>;
  readonly deliveryCount: number;
  /** Since the stream stored it, whatever the clocks say. */
  readonly ageMs: number;
  /** Starts the acknowledgement wait anew, for work that takes long. */
  working(): void;
}

/** What the transport needs to know of a handler; carried in Nest's `extras`. */
export type HandlerContract =
  | { readonly kind: 'call'; readonly method: CallMethod }
  | {
      /** One by one, a whole batch at a time, or a message that is no batch. */
      readonly kind: 'event' | 'events' | 'command';
      readonly schemas: readonly DescMessage[];
      readonly options: ConsumeOptions;
    };

type Handler<Content, Result> = (
  content: Content,
  context: MessageContext,
) => Result | Promise<Result>;

type HandlerDecorator<Content, Result> = <H extends Handler<Content, Result>>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<H>,
) => void;

/** Answers a request: `(request, context) => response`. A thrown error is the answer, too, with its code and retry. */
export function OnCall<I extends DescMessage, O extends DescMessage>(
  method: CallMethod<I, O>,
): HandlerDecorator<MessageShape<I>, MessageInitShape<O>> {
  const contract: HandlerContract = { kind: 'call', method };
  return handler(MessagePattern(subjectPattern(callOf(method).subject), { contract }));
}

/** Handles one event at a time: `(event, context) => void`, with id, time, source and message. */
export function OnEvent<D extends DescMessage>(
  schemas: D | readonly D[],
  options: ConsumeOptions = {},
): HandlerDecorator<EventOf<D>, void> {
  return onMessages('event', schemas, options);
}

/** Handles the batches of one or several events as they come: `(events, context) => void`. */
export function OnEvents<D extends DescMessage>(
  schemas: D | readonly D[],
  options: ConsumeOptions = {},
): HandlerDecorator<EventOf<D>[], void> {
  return onMessages('events', schemas, options);
}

/** Handles a command: `(message, context) => void`. */
export function OnCommand<D extends DescMessage>(
  schemas: D | readonly D[],
  options: ConsumeOptions = {},
): HandlerDecorator<MessageShape<D>, void> {
  return onMessages('command', schemas, options);
}

function onMessages<Content>(
  kind: 'event' | 'events' | 'command',
  schemas: DescMessage | readonly DescMessage[],
  options: ConsumeOptions,
): HandlerDecorator<Content, void> {
  const list = 'typeName' in schemas ? [schemas] : schemas;
  const contract: HandlerContract = { kind, schemas: list, options };
  const patterns = list.map((schema) => subjectPattern(routeOf(schema).subject));
  return handler(EventPattern(patterns, { contract }));
}

/** Nest gives a handler its second argument only where a parameter says so, and hides errors without a filter. */
function handler<Content, Result>(decorate: MethodDecorator): HandlerDecorator<Content, Result> {
  return (target, key, descriptor) => {
    for (const each of [decorate, UseFilters(TransportFilter)])
      Reflect.apply(each, undefined, [target, key, descriptor]);
    Payload()(target, key, 0);
    Ctx()(target, key, 1);
  };
}
