import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isSystemError } from './errors.ts';
import { argumentsOf, markedProcess } from './process-mark.ts';

const waitMs = 15_000;
const pollMs = 50;

/**
 * Ends the server that an earlier supervisor left behind when it was killed itself. The pid in the file counts only
 * while that process has `marker` among its arguments: by now the number may belong to a stranger.
 */
export async function endLeftOver(pidFile: string, marker: string): Promise<void> {
  const pid = pidIn(pidFile);
  if (pid === undefined) return;
  await end(pid, 'SIGINT', () => argumentsOf(pid).includes(marker));
}

/** Ends the process that a mark tells of, with the processes of its group. */
export async function endMarked(markFile: string): Promise<void> {
  const pid = markedProcess(markFile);
  if (pid !== undefined) await end(pid, 'SIGTERM', () => markedProcess(markFile) === pid);
}

async function end(pid: number, signal: NodeJS.Signals, lives: () => boolean): Promise<void> {
  const deadline = Date.now() + waitMs;
  if (lives()) send(pid, signal);
  while (lives()) {
    if (Date.now() > deadline) for (const target of [-pid, pid]) send(target, 'SIGKILL');
    await delay(pollMs);
  }
}

/** It may have ended since it was looked at, and need not lead a group. */
function send(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch (error) {
    if (!isSystemError(error, 'ESRCH')) throw error;
  }
}

function pidIn(path: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(path, 'utf8'), 10);
    return Number.isInteger(pid) && pid > 1 ? pid : undefined;
  } catch {
    return undefined;
  }
}
