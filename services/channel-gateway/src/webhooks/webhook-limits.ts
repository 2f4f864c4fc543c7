import { RequestRate } from '@made-open/nest';
import { TooManyWebhooksError } from '../errors.ts';

const perConnection = { perSecond: 100, burst: 200 };
/** A provider sends for many connections from few addresses. */
const perAddress = { perSecond: 300, burst: 600 };
/**
 * Of an address for a connection. Far less than the connection may have, so that forgeries from one address leave room for its
 * provider; and so many at once that whoever tries out a webhook behind the same address is not shut out with them.
 */
const unproven = { perSecond: 20, burst: 600 };

/** Keeps a sender from flooding the gateway, and one that proves nothing from keeping the wallet busy. */
export class WebhookLimits {
  readonly #addresses: RequestRate;
  readonly #connections: RequestRate;
  readonly #unproven: RequestRate;

  constructor(now: () => number = Date.now) {
    this.#addresses = new RequestRate(perAddress, now);
    this.#connections = new RequestRate(perConnection, now);
    this.#unproven = new RequestRate(unproven, now);
  }

  takeOfAddress(address: string): void {
    refuse(this.#addresses.take(address).waitMs);
  }

  takeOfConnection(connectionId: string, address: string): void {
    refuse(this.#unproven.look(`${connectionId} ${address}`).waitMs);
    refuse(this.#connections.take(connectionId).waitMs);
  }

  /** Of this connection alone: an address is shared by who sends for others. */
  noteFailure(connectionId: string, address: string): void {
    this.#unproven.take(`${connectionId} ${address}`);
  }
}

function refuse(waitMs: number): void {
  if (waitMs > 0) throw new TooManyWebhooksError(waitMs);
}
