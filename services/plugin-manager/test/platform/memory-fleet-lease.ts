import { FleetLease, type LeaseListener } from '../../src/fleet/lease/fleet-lease.ts';
import type { FleetNews } from '../../src/fleet/lease/fleet-news.ts';

/** A lease that a test gives and takes; held from the start. */
export class MemoryFleetLease extends FleetLease {
  #isHeld = true;
  #listener: LeaseListener = { onChange: () => undefined, onNews: () => undefined };

  override get isHeld(): boolean {
    return this.#isHeld;
  }

  override start(listener: LeaseListener): void {
    this.#listener = listener;
    listener.onChange(this.#isHeld);
  }

  override stop(): Promise<void> {
    this.become(false);
    return Promise.resolve();
  }

  become(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#listener.onChange(isHeld);
  }

  /** What another manager, or this one, has told. */
  tell(news: FleetNews): void {
    if (this.#isHeld) this.#listener.onNews(news);
  }
}
