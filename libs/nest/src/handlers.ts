import { callOf, routeOf, subjectPattern, type CallMethod } from '@made-open/contracts';
import type { DescMessage } from '@bufbuild/protobuf';
import { Ctx, EventPattern, MessagePattern, Payload } from '@nestjs/microservices';

/** What a handler learns of the message besides its content. */
export interface MessageContext {
  readonly subject: string;
  /** The tokens that stand for `{…}` in the contract's subject, in their order. */
  readonly parameters: readonly string[];
  readonly headers: ReadonlyMap<string, string>;
  readonly deliveryCount: number;
  /** Starts the acknowledgement wait anew, for work that takes long. */
  working(): void;
}

/** What the transport needs to know of a handler; carried in Nest's `extras`. */
export type HandlerContract =
  | { readonly kind: 'call'; readonly method: CallMethod }
  | { readonly kind: 'events'; readonly schema: DescMessage };

/** Answers a request: `(request, context) => response`. */
export function OnCall(method: CallMethod): MethodDecorator {
  const contract: HandlerContract = { kind: 'call', method };
  return handler(MessagePattern(subjectPattern(callOf(method).subject), { contract }));
}

/** Handles the batches of an event: `(events, context) => void`, each with id, time and message. */
export function OnEvents(schema: DescMessage): MethodDecorator {
  const contract: HandlerContract = { kind: 'events', schema };
  return handler(EventPattern(subjectPattern(routeOf(schema).subject), { contract }));
}

/** Nest gives a handler its second argument only where a parameter asks for it. */
function handler(
  decorate: (target: object, key: string | symbol, descriptor: never) => unknown,
): MethodDecorator {
  return (target, key, descriptor) => {
    Reflect.apply(decorate, undefined, [target, key, descriptor]);
    Payload()(target, key, 0);
    Ctx()(target, key, 1);
  };
}
