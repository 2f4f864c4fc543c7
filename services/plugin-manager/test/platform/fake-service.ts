import type { DescMessage, MessageInitShape, MessageShape } from '@bufbuild/protobuf';
import { busHeaders, describeError, readMessage, writeMessage, type Bus } from '@made-open/bus';
import { callSubject, type CallMethod } from '@made-open/contracts';

type Answer = (data: Uint8Array) => Promise<Uint8Array | string>;

/** Answers the requests of a service with that service's own rights, as the real one would. */
export class FakeService {
  readonly bus: Bus;
  readonly #answers = new Map<string, Answer>();

  constructor(bus: Bus, service: string) {
    this.bus = bus;
    bus.consume({ stream: 'REQUESTS', name: `${service}-requests` }, async (delivery) => {
      const inbox = delivery.headers.get(busHeaders.replyTo) ?? '';
      const answer = this.#answers.get(delivery.subject);
      try {
        if (answer !== undefined) bus.reply(inbox, await answer(delivery.data));
      } catch (error) {
        this.#refuse(inbox, error);
      }
      return 'ack';
    });
  }

  /** Answers a method from now on; an error that is thrown reaches the caller with its code and retry. */
  on<I extends DescMessage, O extends DescMessage>(
    method: CallMethod<I, O>,
    answer: (request: MessageShape<I>) => MessageInitShape<O> | Promise<MessageInitShape<O>>,
  ): void {
    this.#answers.set(callSubject(method), async (data) =>
      writeMessage(method.output, await answer(readMessage(method.input, data))),
    );
  }

  /** Answers a method no more, as a service that is away. */
  off<I extends DescMessage, O extends DescMessage>(method: CallMethod<I, O>): void {
    this.#answers.delete(callSubject(method));
  }

  #refuse(inbox: string, error: unknown): void {
    const { code, message, retry = 'later' } = describeError(error);
    this.bus.reply(inbox, message, {
      [busHeaders.errorCode]: code,
      [busHeaders.errorRetry]: retry,
    });
  }
}
