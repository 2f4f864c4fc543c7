import { create, toBinary } from '@bufbuild/protobuf';
import {
  busHeaders,
  type Bus,
  type Consumption,
  type Delivery,
  type Settlement,
} from '@made-open/bus';
import { consumers, FrameReplySchema } from '@made-open/contracts';
import { countsMessage } from '../runs/run-state.ts';
import { InvalidFrameError } from '../errors.ts';
import { ItemLane, refused, type FrameAnswer, type ItemLaneOptions } from './item-lane.ts';
import { readFrame } from './read-frame.ts';

const heartbeatMs = 10_000;
/** The next frames are read while PostgreSQL works on one; the lane keeps their order. */
const framesInHand = 3;

/** Takes the frames of every partition in order and answers those that ask for it, after the commit. */
export class TakeFrames {
  readonly #bus: Bus;
  readonly #options: ItemLaneOptions;
  readonly #lanes: ItemLane[] = [];
  readonly #consumptions: Consumption[] = [];

  constructor(bus: Bus, options: ItemLaneOptions) {
    this.#bus = bus;
    this.#options = options;
  }

  start(): void {
    for (const consumer of consumers().filter(({ stream }) => stream === 'ITEMS')) {
      const lane = new ItemLane(this.#options);
      this.#lanes.push(lane);
      this.#consumptions.push(
        this.#bus.consume(consumer, (delivery) => this.#take(lane, delivery), {
          concurrency: framesInHand,
          maxMessages: framesInHand * 2,
        }),
      );
    }
  }

  /** Finishes what is in hand. */
  async stop(): Promise<void> {
    await Promise.all(this.#consumptions.map((consumption) => consumption.stop()));
    await Promise.all(this.#lanes.map((lane) => lane.close()));
  }

  async #take(lane: ItemLane, delivery: Delivery): Promise<Settlement> {
    const heartbeat = setInterval(() => delivery.working(), heartbeatMs);
    try {
      // Nothing may be awaited before the lane has the frame: deliveries come in order.
      const { settlement, answer } = await lane.handle(readFrame(delivery.subject, delivery.data));
      if (answer !== undefined) this.#reply(delivery, answer);
      return settlement;
    } catch (error) {
      if (error instanceof InvalidFrameError) this.#reply(delivery, refused);
      throw error;
    } finally {
      clearInterval(heartbeat);
    }
  }

  #reply(delivery: Delivery, { counts, ...answer }: FrameAnswer): void {
    const inbox = delivery.headers.get(busHeaders.replyTo);
    if (inbox === undefined) return;
    const reply = create(FrameReplySchema, { ...answer, counts: countsMessage(counts) });
    this.#bus.reply(inbox, toBinary(FrameReplySchema, reply));
  }
}
