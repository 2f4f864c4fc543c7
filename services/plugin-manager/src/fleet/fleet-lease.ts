/** Two managers run side by side in an upgrade, and where one alone is not enough: one of them keeps the fleet. */
export abstract class FleetLease {
  abstract get isHeld(): boolean;
  /** Tries to get it, for as long as it takes; `onChange` hears whenever it was got or lost. */
  abstract start(onChange: (isHeld: boolean) => void): void;
  abstract stop(): Promise<void>;
}
