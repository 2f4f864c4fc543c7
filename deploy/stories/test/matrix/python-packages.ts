import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'made-open');

/**
 * The Python of a virtual environment with exactly these packages, whose hashes pip checks. Made once, beside its place and
 * then moved there: a half made one is never taken for a whole one.
 */
export function pythonWith(requirementsFile: string): string {
  const digest = createHash('sha256').update(readFileSync(requirementsFile)).digest('hex');
  const folder = join(cache, `python-${digest.slice(0, 16)}`);
  const python = join(folder, 'bin', 'python');
  if (existsSync(python)) return python;
  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(join(cache, 'python-unfinished-'));
  const made = join(unfinished, 'bin', 'python');
  run('python3', ['-m', 'venv', unfinished]);
  run(made, ['-m', 'pip', 'install', '--quiet', '--require-hashes', '-r', requirementsFile]);
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    // Somebody else was faster.
    if (!existsSync(python)) throw error;
  }
  return python;
}

function run(command: string, args: readonly string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 600_000 });
}
