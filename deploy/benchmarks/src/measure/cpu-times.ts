/** CPU time of each part in milliseconds. */
export type CpuTimes = Readonly<Record<string, number>>;

/** CPU time that each part used between two looks. */
export function cpuBetween(before: CpuTimes, after: CpuTimes): CpuTimes {
  return Object.fromEntries(
    Object.entries(after).map(([part, ms]) => [part, ms - (before[part] ?? 0)]),
  );
}

/** Microseconds of CPU for each item, by part. */
export function microsPerItem(cpu: CpuTimes, items: number): CpuTimes {
  return Object.fromEntries(Object.entries(cpu).map(([part, ms]) => [part, (ms * 1000) / items]));
}

export function total(cpu: CpuTimes): number {
  return Object.values(cpu).reduce((sum, ms) => sum + ms, 0);
}
