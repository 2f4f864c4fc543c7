import { readdirSync, readFileSync } from 'node:fs';

/** What Linux tells of a process; times in milliseconds. */
export interface ProcessStatus {
  readonly pid: number;
  readonly parent: number;
  /** CPU time of the process itself. */
  readonly ownMs: number;
  /** CPU time of its children that have ended. */
  readonly endedChildrenMs: number;
}

/** Linux counts in hundredths of a second, whatever the kernel's own tick is. */
const tickMs = 10;
const pageBytes = 4096;
const bytesOfMb = 1024 * 1024;

/** Reads the text of `/proc/<pid>/stat`. */
export function parseStatus(text: string): ProcessStatus {
  // The second field is the name in parentheses and may hold anything; the rest is numbers.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = (index: number): number => Number(fields[index]) * tickMs;
  return {
    pid: Number.parseInt(text, 10),
    parent: Number(fields[1]),
    ownMs: ticks(11) + ticks(12),
    endedChildrenMs: ticks(13) + ticks(14),
  };
}

/** Absent when the process has ended. */
export function processStatus(pid: number): ProcessStatus | undefined {
  return tryRead(() => parseStatus(readFileSync(`/proc/${String(pid)}/stat`, 'utf8')));
}

export function childrenOf(pid: number): ProcessStatus[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/u.test(name))
    .flatMap((name) => processStatus(Number(name)) ?? [])
    .filter(({ parent }) => parent === pid);
}

export function commandOf(pid: number): string {
  return (
    tryRead(() => readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8').replaceAll('\0', ' ')) ?? ''
  );
}

/** Resident memory; 0 when the process has ended. */
export function residentMb(pid: number): number {
  const text = tryRead(() => readFileSync(`/proc/${String(pid)}/statm`, 'utf8'));
  return (Number(text?.split(' ')[1] ?? 0) * pageBytes) / bytesOfMb;
}

/** CPU time of a process in milliseconds. */
export function cpuMs(pid: number): number {
  return processStatus(pid)?.ownMs ?? 0;
}

/** CPU time of all children, those included that have ended. */
export function childrenCpuMs(pid: number): number {
  const living = childrenOf(pid).reduce((sum, child) => sum + child.ownMs, 0);
  return living + (processStatus(pid)?.endedChildrenMs ?? 0);
}

function tryRead<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined; // it has ended
  }
}
