import { residentMb } from './processes.ts';

/** Resident memory of a process over its life within a run. */
export interface MemoryUse {
  readonly peakMb: number;
  /** The peak within the first fifth. */
  readonly earlyMb: number;
  /** The peak within the last fifth. */
  readonly lateMb: number;
}

const everyMs = 150;
const part = 0.2;

/** Sums up samples that were taken at even intervals. */
export function memoryUse(samples: readonly number[]): MemoryUse {
  const few = Math.ceil(samples.length * part);
  return {
    peakMb: Math.max(0, ...samples),
    earlyMb: Math.max(0, ...samples.slice(0, few)),
    lateMb: Math.max(0, ...samples.slice(samples.length - few)),
  };
}

/** Looks at the memory of processes by name until it is stopped; a name may change its process meanwhile. */
export class MemoryWatch {
  readonly #pidsOf: () => Readonly<Record<string, number>>;
  readonly #samples = new Map<string, number[]>();
  readonly #timer: NodeJS.Timeout;

  constructor(pidsOf: () => Readonly<Record<string, number>>) {
    this.#pidsOf = pidsOf;
    this.#timer = setInterval(() => this.#look(), everyMs);
  }

  stop(): Record<string, MemoryUse> {
    clearInterval(this.#timer);
    return Object.fromEntries(
      [...this.#samples].map(([name, samples]) => [name, memoryUse(samples)]),
    );
  }

  #look(): void {
    for (const [name, pid] of Object.entries(this.#pidsOf())) {
      const mb = residentMb(pid);
      if (mb === 0) continue; // it has just ended
      const samples = this.#samples.get(name) ?? [];
      samples.push(mb);
      this.#samples.set(name, samples);
    }
  }
}
