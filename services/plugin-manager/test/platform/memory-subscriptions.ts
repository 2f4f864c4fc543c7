import type { Subscription } from '@made-open/contracts';
import { Subscriptions } from '../../src/subscriptions/subscriptions.ts';

/** Subscriptions in memory. */
export class MemorySubscriptions extends Subscriptions {
  held: readonly Subscription[] = [];
  /** Thrown by every call while it is set. */
  failure: Error | undefined;

  constructor() {
    super({ call: () => Promise.reject(new Error('nobody answers')) });
  }

  override list(): Promise<readonly Subscription[]> {
    return this.failure === undefined ? Promise.resolve(this.held) : Promise.reject(this.failure);
  }
}
