import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** Writes down which process it is, so that a later reader does not take a stranger with the same number for it. */
export function writeProcessMark(path: string, pid: number): void {
  const temporary = `${path}.${String(process.pid)}`;
  writeFileSync(temporary, processMark(pid), { mode: 0o600 });
  renameSync(temporary, path);
}

/** The text of a mark: number and start of a process. */
export function processMark(pid: number): string {
  return `${String(pid)} ${startOf(pid) ?? ''}\n`;
}

/** The number of the process that a mark tells of, while that very process lives. */
export function markedProcess(path: string): number | undefined {
  const match = /^(\d+) (.+)$/u.exec(readIfThere(path).trim());
  const pid = Number(match?.[1]);
  return match !== null && startOf(pid) === match[2] ? pid : undefined;
}

/** Arguments of a process, empty when there is none with this number. */
export function argumentsOf(pid: number): string {
  if (process.platform === 'linux')
    return readIfThere(`/proc/${String(pid)}/cmdline`).replaceAll('\0', ' ');
  return askPs('args=', pid);
}

/** When a process started, in the system's own words; a zombie counts as gone. */
function startOf(pid: number): string | undefined {
  if (process.platform !== 'linux') {
    const started = askPs('lstart=', pid).trim();
    return started === '' ? undefined : started;
  }
  // The name in the second field may hold blanks and brackets: count behind the last one.
  const fields =
    readIfThere(`/proc/${String(pid)}/stat`)
      .split(') ')
      .at(-1)
      ?.split(' ') ?? [];
  return fields[0] === 'Z' ? undefined : fields[19];
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function askPs(column: string, pid: number): string {
  try {
    return execFileSync('ps', ['-o', column, '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return '';
  }
}
