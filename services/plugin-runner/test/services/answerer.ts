import type { MessageShape, DescMessage, MessageInitShape } from '@bufbuild/protobuf';
import { busHeaders, readMessage, writeMessage, type Bus } from '@made-open/bus';
import { callSubject, type CallMethod } from '@made-open/contracts';

/** Answers requests of a service with that service's own rights, as the real one would. */
export class Answerer {
  readonly #answers = new Map<string, (data: Uint8Array) => Promise<string>>();
  /** False: requests lie there unanswered, as when the service is away. */
  isThere = true;
  /** Requests that nobody answered since it was not. */
  missed = 0;

  constructor(bus: Bus, service: string) {
    bus.consume(
      { stream: 'REQUESTS', name: `${service}-requests` },
      async (delivery) => {
        const answer = this.#answers.get(delivery.subject);
        if (!this.isThere) this.missed++;
        else if (answer !== undefined)
          bus.reply(delivery.headers.get(busHeaders.replyTo) ?? '', await answer(delivery.data));
        return 'ack';
      },
      { concurrency: 8 },
    );
  }

  on<I extends DescMessage, O extends DescMessage>(
    method: CallMethod<I, O>,
    token: string,
    answer: (request: MessageShape<I>) => MessageInitShape<O> | Promise<MessageInitShape<O>>,
  ): void {
    this.#answers.set(callSubject(method, { plugin: token }), async (data) =>
      writeMessage(method.output, await answer(readMessage(method.input, data))),
    );
  }
}
