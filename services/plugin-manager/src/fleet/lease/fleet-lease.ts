import type { FleetNews } from './fleet-news.ts';

export interface LeaseListener {
  /** Hears whenever the lease was got or lost. */
  readonly onChange: (isHeld: boolean) => void;
  /** Hears of what any manager has changed; none of it is missed for as long as the lease is held. */
  readonly onNews: (news: FleetNews) => void;
}

/** Two managers run side by side in an upgrade, and where one alone is not enough: one of them keeps the fleet. */
export abstract class FleetLease {
  abstract get isHeld(): boolean;
  /** Tries to get it, for as long as it takes. */
  abstract start(listener: LeaseListener): void;
  abstract stop(): Promise<void>;
}
