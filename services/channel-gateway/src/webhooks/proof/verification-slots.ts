import { TooManyWebhooksError, UnavailableError } from '../../errors.ts';

export interface SlotLimits {
  /** Under way, of all connections and of one. */
  readonly all: number;
  readonly perConnection: number;
  /** Waiting for that, of one connection. */
  readonly waiting: number;
  /** That all who wait hold in memory. */
  readonly waitingBytes: number;
  /** Later its sender has given up. */
  readonly longestWaitMs: number;
}

/** Something to be done for a connection. */
export interface SlotRequest {
  readonly connectionId: string;
  readonly bytes: number;
}

interface Waiting extends SlotRequest {
  readonly begin: () => void;
}

const retryMs = 2000;

/** Bounds what is under way, and shares it among connections: a flood of one's requests leaves the others their turns. */
export class VerificationSlots {
  readonly #limits: SlotLimits;
  readonly #underWay = new Map<string, number>();
  #waiting: readonly Waiting[] = [];

  constructor(limits: SlotLimits) {
    this.#limits = limits;
  }

  /** Refuses at once what would wait behind too many. */
  async run<T>(request: SlotRequest, work: () => Promise<T>): Promise<T> {
    if (this.#hasRoom(request.connectionId)) this.#count(request.connectionId, 1);
    else await this.#wait(request);
    try {
      return await work();
    } finally {
      this.#leave(request.connectionId);
    }
  }

  async #wait(request: SlotRequest): Promise<void> {
    this.#refuseTooMany(request);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting: Waiting = { ...request, begin: resolve };
    this.#waiting = [...this.#waiting, waiting];
    const timer = setTimeout(() => {
      this.#waiting = this.#waiting.filter((each) => each !== waiting);
      reject(tooMany());
    }, this.#limits.longestWaitMs);
    await promise.finally(() => clearTimeout(timer));
  }

  #refuseTooMany({ connectionId, bytes }: SlotRequest): void {
    const own = this.#waiting.filter((each) => each.connectionId === connectionId);
    if (own.length >= this.#limits.waiting) throw new TooManyWebhooksError(retryMs);
    const held = this.#waiting.reduce((sum, each) => sum + each.bytes, bytes);
    if (held > this.#limits.waitingBytes) throw tooMany();
  }

  #leave(connectionId: string): void {
    this.#count(connectionId, -1);
    // Of those that have waited longest the one whose connection has least under way.
    const [next] = this.#waiting
      .filter((each) => this.#hasRoom(each.connectionId))
      .toSorted((a, b) => this.#of(a.connectionId) - this.#of(b.connectionId));
    if (next === undefined) return;
    this.#waiting = this.#waiting.filter((each) => each !== next);
    this.#count(next.connectionId, 1);
    next.begin();
  }

  #hasRoom(connectionId: string): boolean {
    const { all, perConnection } = this.#limits;
    const sum = [...this.#underWay.values()].reduce((total, count) => total + count, 0);
    return sum < all && this.#of(connectionId) < perConnection;
  }

  #of(connectionId: string): number {
    return this.#underWay.get(connectionId) ?? 0;
  }

  #count(connectionId: string, change: 1 | -1): void {
    const count = this.#of(connectionId) + change;
    if (count === 0) this.#underWay.delete(connectionId);
    else this.#underWay.set(connectionId, count);
  }
}

function tooMany(): UnavailableError {
  return new UnavailableError(new Error('too many webhooks wait for their verification'));
}
