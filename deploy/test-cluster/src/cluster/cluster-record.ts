import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Addresses } from '../network/addresses.ts';

/** What has to be known to end a cluster, by another process too. */
export interface ClusterRecord {
  readonly addresses: Addresses;
  readonly controlGroups: readonly string[];
  /** The binary of all components. */
  readonly components: string;
  /** Process that holds the namespaces; absent until it is started. */
  readonly pid?: number;
  /** First process inside the namespaces, by its number outside. */
  readonly firstProcess?: number;
  /** Start time of `pid`: the same number may belong to a stranger later. */
  readonly startedAt?: string;
}

export function readRecord(folder: string): ClusterRecord | undefined {
  const path = recordFile(folder);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
}

export function writeRecord(folder: string, record: ClusterRecord): void {
  writeFileSync(`${recordFile(folder)}.new`, JSON.stringify(record), { mode: 0o600 });
  renameSync(`${recordFile(folder)}.new`, recordFile(folder));
}

/** When a process was started, in ticks since the machine was; undefined when there is none. */
export function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    // The name may hold blanks and brackets: fields are counted from the last bracket.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

export function isRunning({ pid, startedAt }: ClusterRecord): boolean {
  return pid !== undefined && startedAt !== undefined && startOf(pid) === startedAt;
}

function recordFile(folder: string): string {
  return join(folder, 'cluster.json');
}
