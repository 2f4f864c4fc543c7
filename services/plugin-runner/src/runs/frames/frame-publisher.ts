import { describeError, type Bus } from '@made-open/bus';
import { create, fromBinary, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import {
  FrameReplySchema,
  ItemFrameSchema,
  routeSubject,
  type FrameReply,
  type RunKind,
} from '@made-open/contracts';
import { setTimeout as delay } from 'node:timers/promises';
import { AttemptSupersededError } from '../../errors.ts';

export interface FrameOrigin {
  readonly token: string;
  readonly connectionId: string;
  readonly runId: string;
  readonly epoch: number;
  readonly attempt: number;
  readonly kind: RunKind;
  /** Of its message ids, where epoch and attempt do not tell it from others of the connection. */
  readonly name?: string;
}

type FrameContent = NonNullable<MessageInitShape<typeof ItemFrameSchema>['content']>;

interface Sent {
  readonly frame: Uint8Array;
  readonly messageId: string;
  /** Undefined once it is stored, or why it is not. */
  outcome: Promise<Error | undefined>;
}

const wideWindow = 4;
/** What is refused leaves a gap when frames behind it are not, and etl sends back all behind a gap. */
const narrowWindow = 1;
/** As many as etl may have waiting for a connection: then it keeps up again. */
const storedBeforeWide = 32;
const firstPauseMs = 20;
const longestPauseMs = 250;
const replyTimeoutMs = 10_000;

/** Publishes the frames of one attempt in order, with few of them unacknowledged: this is where back-pressure begins. */
export class FramePublisher {
  readonly #bus: Pick<Bus, 'publishRaw' | 'newInbox'>;
  readonly #origin: FrameOrigin;
  readonly #subject: string;
  readonly #signal: AbortSignal;
  readonly #window: Sent[] = [];
  #next = 0;
  /** Frames stored since one was refused. */
  #storedInRow = storedBeforeWide;

  constructor(bus: Pick<Bus, 'publishRaw' | 'newInbox'>, origin: FrameOrigin, signal: AbortSignal) {
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
    const { frame, messageId } = this.#frame(content);
    this.#window.push({ frame, messageId, outcome: this.#store(frame, messageId) });
    while (this.#window.length >= this.#windowSize) await this.#settleOldest();
  }

  /** Publishes a frame and waits until etl has committed it and all before it; rejects when a later attempt has begun. */
  async commit(content: FrameContent): Promise<FrameReply> {
    while (this.#window.length > 0) await this.#settleOldest();
    const { frame, messageId } = this.#frame(content);
    for (let repetition = 0; ; repetition++) {
      const inbox = this.#bus.newInbox();
      try {
        // A repetition has another id: the stream would drop the same one, and etl knows the frame by its number.
        const id = repetition === 0 ? messageId : `${messageId}.${String(repetition)}`;
        await this.#insist(frame, id, inbox.subject);
        const reply = await inbox.next(replyTimeoutMs);
        if (reply !== undefined) return this.#accepted(fromBinary(FrameReplySchema, reply));
      } finally {
        inbox.close();
      }
    }
  }

  #accepted(reply: FrameReply): FrameReply {
    const { runId, attempt } = this.#origin;
    if (reply.superseded) throw new AttemptSupersededError(runId, attempt);
    return reply;
  }

  get #windowSize(): number {
    return this.#storedInRow < storedBeforeWide ? narrowWindow : wideWindow;
  }

  /**
   * When the oldest frame was refused, those behind it that were too are repeated after it, one by one:
   * etl sends back what comes before its turn.
   */
  async #settleOldest(): Promise<void> {
    const error = await this.#window[0]?.outcome;
    if (error === undefined) this.#storedInRow++;
    else {
      if (!isPassing(error)) throw error;
      for (const sent of await this.#refused()) {
        await this.#insist(sent.frame, sent.messageId);
        sent.outcome = Promise.resolve(undefined);
      }
      this.#storedInRow = 0;
    }
    this.#window.shift();
  }

  async #refused(): Promise<Sent[]> {
    const outcomes = await Promise.all(this.#window.map((sent) => sent.outcome));
    return this.#window.filter((_, index) => outcomes[index] !== undefined);
  }

  #frame(content: FrameContent): { frame: Uint8Array; messageId: string } {
    const { runId, epoch, attempt, connectionId, kind } = this.#origin;
    const { name = `${String(epoch)}/${String(attempt)}` } = this.#origin;
    const number = this.#next++;
    const message = create(ItemFrameSchema, {
      runId,
      epoch,
      attempt,
      frame: number,
      content,
      kind,
    });
    return {
      frame: toBinary(ItemFrameSchema, message),
      messageId: `${connectionId}/${name}/${String(number)}`,
    };
  }

  /** Stores a frame, however long the stream is full or the server away. */
  async #insist(frame: Uint8Array, messageId: string, replyTo?: string): Promise<void> {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      this.#signal.throwIfAborted();
      const error = await this.#store(frame, messageId, replyTo);
      if (error === undefined) return;
      if (!isPassing(error)) throw error;
      await delay(pauseMs, undefined, { signal: this.#signal });
    }
  }

  /** Resolves to what went wrong: nobody may be waiting for it yet. */
  async #store(frame: Uint8Array, messageId: string, replyTo?: string): Promise<Error | undefined> {
    try {
      await this.#bus.publishRaw(this.#subject, frame, {
        messageId,
        ...(replyTo === undefined ? {} : { replyTo }),
      });
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}

/** A full stream, or a server that is away: the frame waits, and the generator with it. */
function isPassing(error: unknown): boolean {
  return describeError(error).retry === 'later';
}
