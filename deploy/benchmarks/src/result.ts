import type { CpuTimes } from './measure/cpu-times.ts';
import type { DatabaseWork } from './measure/database-meter.ts';
import type { MemoryUse } from './measure/memory-watch.ts';
import type { BenchmarkOptions } from './options.ts';

/** Items that are new, that come a second time, and that have changed. */
export const phases = ['new', 'same', 'changed'] as const;
export type Phase = (typeof phases)[number];

/** One sync, from the order to the moment when everything can be found. */
export interface Measured {
  readonly items: number;
  readonly wallMs: number;
  readonly cpuMs: CpuTimes;
}

/** One sync of the platform with all that was counted. */
export interface MeasuredSync extends Measured {
  /** As the run itself counted. */
  readonly counts: Readonly<Record<string, number>>;
  /** Messages by stream. */
  readonly messages: Readonly<Record<string, number>>;
  readonly database: DatabaseWork;
  readonly memory: Readonly<Record<string, MemoryUse>>;
  /** Entities that a search for a word finds which all of them have; the search counts up to 10,000. */
  readonly found: number;
}

/** On a machine that is busy with other work only the ratios mean something. */
export interface Machine {
  readonly cores: number;
  /** Load average of a minute, before and after. */
  readonly load: readonly [number, number];
}

export interface BenchmarkResult {
  readonly options: BenchmarkOptions;
  readonly machine: Machine;
  readonly platform: Readonly<Record<Phase, MeasuredSync>>;
  /** Statements a second by role while nothing is synced. */
  readonly idleStatements: Readonly<Record<string, number>>;
  readonly naive: Readonly<Record<Phase, Measured>>;
}
