import { readFileSync } from 'node:fs';

/** What a process holds and has used so far. */
export interface ProcessUsage {
  readonly residentMb: number;
  readonly cpuMs: number;
}

const pageBytes = 4096;
/** USER_HZ, which is 100 on every architecture that Node runs on. */
const msPerTick = 10;

/** Nothing outside Linux, where heartbeat and time limits remain. */
export function usageOf(pid: number): ProcessUsage {
  try {
    return readStat(readFileSync(`/proc/${String(pid)}/stat`, 'utf8'));
  } catch {
    return { residentMb: 0, cpuMs: 0 };
  }
}

/** Fields 14, 15 and 24 of /proc/pid/stat (proc(5)); the name in field 2 may hold anything, parentheses too. */
export function readStat(text: string): ProcessUsage {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3] ?? 0);
  return {
    residentMb: (field(24) * pageBytes) / 1_048_576,
    cpuMs: (field(14) + field(15)) * msPerTick,
  };
}
