const threshold = 5;
const firstPauseMs = 10_000;
const maxPauseMs = 600_000;
/** Ends that cost a process and say nothing of the source: trying again at once helps nobody. */
const crashes = new Set([
  'sandbox.crashed',
  'sandbox.memory_limit',
  'sandbox.protocol',
  'sandbox.unresponsive',
]);

/** Stops starting sandboxes of a plugin that brings them down time after time. */
export class CrashBreaker {
  readonly #now: () => number;
  #crashes = 0;
  #openUntil = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** How long no sandbox should be started; 0 when one may. */
  get waitMs(): number {
    return Math.max(this.#openUntil - this.#now(), 0);
  }

  /** The end of a run: its failure, or undefined. */
  record(code: string | undefined): void {
    if (code === undefined || !crashes.has(code)) {
      this.#crashes = 0;
      this.#openUntil = 0;
      return;
    }
    this.#crashes++;
    if (this.#crashes < threshold) return;
    const pauseMs = firstPauseMs * 2 ** (this.#crashes - threshold);
    this.#openUntil = this.#now() + Math.min(pauseMs, maxPauseMs);
  }
}
