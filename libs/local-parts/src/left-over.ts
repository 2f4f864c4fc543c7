import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const waitMs = 15_000;

/**
 * Ends the server that an earlier supervisor left behind when it was killed itself. The pid in the file counts only
 * while that process has `marker` among its arguments: by now the number may belong to a stranger.
 */
export async function endLeftOver(pidFile: string, marker: string): Promise<void> {
  if (!existsSync(pidFile)) return;
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
  if (!Number.isInteger(pid) || pid <= 1 || !argumentsOf(pid).includes(marker)) return;
  process.kill(pid, 'SIGINT');
  const deadline = Date.now() + waitMs;
  while (argumentsOf(pid).includes(marker)) {
    if (Date.now() > deadline) process.kill(pid, 'SIGKILL');
    await delay(50);
  }
}

function argumentsOf(pid: number): string {
  try {
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return '';
  }
}
