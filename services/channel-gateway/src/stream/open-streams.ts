import { TooManyRequestsError } from '@made-open/nest';
import { StreamsClosedError } from '../errors.ts';

export interface StreamLimits {
  /** Streams of one key at a time. */
  readonly perKey: number;
  /** Streams of all keys at a time. */
  readonly all: number;
}

const retryMs = 5000;

/** The streams that are open, so that they stay few and end with the service. */
export class OpenStreams {
  readonly #limits: StreamLimits;
  readonly #open = new Map<AbortController, string>();
  #isClosed = false;

  constructor(limits: StreamLimits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#open.size;
  }

  /** Counts a stream of a key until it is aborted. */
  open(keyId: string): AbortController {
    if (this.#isClosed) throw new StreamsClosedError();
    const ofKey = [...this.#open.values()].filter((id) => id === keyId).length;
    if (ofKey >= this.#limits.perKey)
      throw new TooManyRequestsError(
        `the key has ${String(ofKey)} streams open, and may have no more`,
        retryMs,
      );
    if (this.#open.size >= this.#limits.all)
      throw new TooManyRequestsError('too many streams are open', retryMs);
    const stream = new AbortController();
    this.#open.set(stream, keyId);
    stream.signal.addEventListener('abort', () => this.#open.delete(stream), { once: true });
    return stream;
  }

  /** Ends all streams; there are no new ones from now on. */
  close(): void {
    this.#isClosed = true;
    for (const stream of this.#open.keys()) stream.abort();
  }
}
