import { FailureLimit, RequestRate } from '@made-open/nest';
import { TooManyWebhooksError } from '../errors.ts';

const perConnection = { perSecond: 100, burst: 200 };
/** A provider sends for many connections from few addresses. */
const perAddress = { perSecond: 300, burst: 600 };
const failuresPerMinute = 30;

/** Keeps a sender from flooding the gateway, and one that proves nothing from keeping the wallet busy. */
export class WebhookLimits {
  readonly #addresses: RequestRate;
  readonly #connections: RequestRate;
  readonly #failures: FailureLimit;

  constructor(now: () => number = Date.now) {
    this.#addresses = new RequestRate(perAddress, now);
    this.#connections = new RequestRate(perConnection, now);
    this.#failures = new FailureLimit(failuresPerMinute, now);
  }

  takeOfAddress(address: string): void {
    refuse(this.#addresses.take(address).waitMs);
  }

  takeOfConnection(connectionId: string, address: string): void {
    refuse(this.#failures.waitMs(`${connectionId} ${address}`));
    refuse(this.#connections.take(connectionId).waitMs);
  }

  /** Of this connection alone: an address is shared by who sends for others. */
  noteFailure(connectionId: string, address: string): void {
    this.#failures.note(`${connectionId} ${address}`);
  }
}

function refuse(waitMs: number): void {
  if (waitMs > 0) throw new TooManyWebhooksError(waitMs);
}
