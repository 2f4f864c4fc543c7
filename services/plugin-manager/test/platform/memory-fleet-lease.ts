import { FleetLease } from '../../src/fleet/fleet-lease.ts';

/** A lease that a test gives and takes; held from the start. */
export class MemoryFleetLease extends FleetLease {
  #isHeld = true;
  #onChange: (isHeld: boolean) => void = () => undefined;

  override get isHeld(): boolean {
    return this.#isHeld;
  }

  override start(onChange: (isHeld: boolean) => void): void {
    this.#onChange = onChange;
    onChange(this.#isHeld);
  }

  override stop(): Promise<void> {
    this.become(false);
    return Promise.resolve();
  }

  become(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#onChange(isHeld);
  }
}
