import { toBinary } from '@bufbuild/protobuf';
import { busHeaders, type Bus, type Delivery, type Settlement } from '@made-open/bus';
import { consumers, FrameReplySchema } from '@made-open/contracts';
import type { FrameWriter } from './frame-writer.ts';

const gapPauseMs = 250;

/** Takes the frames of every partition in order and answers those that ask for it, after the commit. */
export class TakeFrames {
  readonly #bus: Bus;
  readonly #writer: FrameWriter;
  readonly #onWritten: () => void;

  constructor(bus: Bus, writer: FrameWriter, onWritten: () => void) {
    this.#bus = bus;
    this.#writer = writer;
    this.#onWritten = onWritten;
  }

  start(): void {
    for (const consumer of consumers().filter(({ stream }) => stream === 'ITEMS'))
      this.#bus.consume(consumer, (delivery) => this.#take(delivery), {
        concurrency: 1,
        maxMessages: 8,
      });
  }

  async #take(delivery: Delivery): Promise<Settlement> {
    const outcome = await this.#writer.write(delivery.subject, delivery.data);
    if (outcome.kind === 'gap') return { nakAfterMs: gapPauseMs };
    if (outcome.wrote) this.#onWritten();
    const inbox = delivery.headers.get(busHeaders.replyTo);
    if (inbox !== undefined) this.#bus.reply(inbox, toBinary(FrameReplySchema, outcome.reply));
    return 'ack';
  }
}
