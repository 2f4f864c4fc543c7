import type { SandboxFailure } from './sandbox-limits.ts';

export interface Step {
  /** As the author knows it. */
  readonly name: string;
  readonly cpuMs: number;
  readonly wallMs: number;
  /** What its author can do when the step takes too long. */
  readonly remedy: string;
}

/** Readings of the clocks, in milliseconds. */
export interface Clocks {
  /** CPU of the isolate's thread; goes on while it is busy, also in built-ins that nothing can interrupt. */
  readonly isolateCpu: () => number;
  /** CPU of the whole process: garbage collection and compilation run on other threads. */
  readonly processCpu: () => number;
  readonly wall: () => number;
}

/** The whole process may use this many times the CPU of a step. */
const processShare = 3;

/** Limits of CPU and time for one step. isolated-vm's own timeout stops neither a loop behind an awaited call nor deaf built-ins. */
export class Watchdog {
  readonly #clocks: Clocks;
  #step: Step | undefined;
  #isWaited = false;
  #isolateCpu = 0;
  #processCpu = 0;
  #wall = 0;

  constructor(clocks: Clocks) {
    this.#clocks = clocks;
  }

  begin(step: Step): void {
    this.#step = step;
    this.#isWaited = true;
    this.#isolateCpu = this.#clocks.isolateCpu();
    this.#processCpu = this.#clocks.processCpu();
    this.#wall = this.#clocks.wall();
  }

  /** Nobody waits any more; what the plugin goes on to do still counts as CPU of the step. */
  end(): void {
    this.#isWaited = false;
  }

  /** The limit that was passed, if one was. */
  breach(): SandboxFailure | undefined {
    const step = this.#step;
    if (step === undefined) return undefined;
    const isolateCpu = this.#clocks.isolateCpu() - this.#isolateCpu;
    const processCpu = this.#clocks.processCpu() - this.#processCpu;
    // What the rest of the process uses while nobody waits is its own upkeep.
    const isOver = this.#isWaited && processCpu > processShare * step.cpuMs;
    if (isolateCpu > step.cpuMs || isOver)
      return {
        code: 'sandbox.cpu_limit',
        message: `${step.name} used more than ${String(step.cpuMs)} ms of CPU; ${step.remedy}`,
      };
    if (this.#isWaited && this.#clocks.wall() - this.#wall > step.wallMs)
      return {
        code: 'sandbox.step_timeout',
        message: `${step.name} took more than ${String(step.wallMs)} ms; yield more often, and look for a promise that never settles`,
      };
    return undefined;
  }
}
