import type { Bus } from '@made-open/bus';
import { create, fromBinary, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import {
  FrameReplySchema,
  ItemFrameSchema,
  routeSubject,
  type FrameReply,
} from '@made-open/contracts';
import { setTimeout as delay } from 'node:timers/promises';

export interface FrameOrigin {
  readonly token: string;
  readonly connectionId: string;
  readonly runId: string;
  readonly epoch: number;
  readonly attempt: number;
}

type FrameContent = NonNullable<MessageInitShape<typeof ItemFrameSchema>['content']>;

const window = 4;
const fullPauseMs = 250;
const replyTimeoutMs = 10_000;

/** Publishes the frames of one attempt in order, with few of them unacknowledged: this is where back-pressure begins. */
export class FramePublisher {
  readonly #bus: Bus;
  readonly #origin: FrameOrigin;
  readonly #subject: string;
  readonly #signal: AbortSignal;
  #next = 0;
  #inFlight: Promise<void>[] = [];

  constructor(bus: Bus, origin: FrameOrigin, signal: AbortSignal) {
    this.#bus = bus;
    this.#origin = origin;
    this.#signal = signal;
    this.#subject = routeSubject(ItemFrameSchema, {
      plugin: origin.token,
      connection: origin.connectionId,
    });
  }

  /** Resolves when the window has room again, not when the frame is stored. */
  async publish(content: FrameContent): Promise<void> {
    const sent = this.#store(this.#frame(content), `${this.#next - 1}`);
    sent.catch(() => undefined); // told by the next await of the window
    this.#inFlight.push(sent);
    if (this.#inFlight.length >= window) await this.#inFlight.shift();
  }

  /** Publishes the last frame and waits until etl has committed it. */
  async end(content: FrameContent): Promise<FrameReply> {
    await Promise.all(this.#inFlight.splice(0));
    const frame = this.#frame(content);
    const number = this.#next - 1;
    for (let attempt = 0; ; attempt++) {
      this.#signal.throwIfAborted();
      const inbox = this.#bus.newInbox();
      try {
        // A repetition has another id: the stream would drop the same one, and etl knows the frame by its number.
        await this.#store(
          frame,
          attempt === 0 ? `${number}` : `${number}.${attempt}`,
          inbox.subject,
        );
        const reply = await inbox.next(replyTimeoutMs);
        if (reply !== undefined) return fromBinary(FrameReplySchema, reply);
      } finally {
        inbox.close();
      }
    }
  }

  #frame(content: FrameContent): Uint8Array {
    const { runId, epoch, attempt } = this.#origin;
    return toBinary(
      ItemFrameSchema,
      create(ItemFrameSchema, { runId, epoch, attempt, frame: this.#next++, content }),
    );
  }

  async #store(frame: Uint8Array, number: string, replyTo?: string): Promise<void> {
    const { connectionId, epoch, attempt } = this.#origin;
    const messageId = `${connectionId}/${epoch}/${attempt}/${number}`;
    for (;;) {
      this.#signal.throwIfAborted();
      try {
        await this.#bus.publishRaw(this.#subject, frame, {
          messageId,
          ...(replyTo === undefined ? {} : { replyTo }),
        });
        return;
      } catch (error) {
        if (!isPassing(error)) throw error;
        await delay(fullPauseMs, undefined, { signal: this.#signal });
      }
    }
  }
}

/** A full stream, or a server that is away: the frame waits, and the generator with it. */
function isPassing(error: unknown): boolean {
  return error instanceof Error && 'retry' in error && error.retry === 'later';
}
