import { isSystemError, markedProcess, processMark } from '@made-open/local-parts';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AlreadyRunsError } from '../errors.ts';

/** Sees to it that one process at a time runs a platform on a folder; a lock whose process is gone does not count. */
export class FolderLock {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  static take(dataDir: string): FolderLock {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const path = join(dataDir, 'supervisor.pid');
    const own = `${path}.${String(process.pid)}`;
    writeFileSync(own, processMark(process.pid), { mode: 0o600 });
    try {
      while (!linked(own, path)) {
        const pid = markedProcess(path);
        if (pid !== undefined) throw new AlreadyRunsError(dataDir, pid);
        removeStale(path, own);
      }
    } finally {
      rmSync(own, { force: true });
    }
    return new FolderLock(path);
  }

  release(): void {
    if (read(this.#path) === processMark(process.pid)) rmSync(this.#path, { force: true });
  }
}

/** A link is made by one process only, unlike a look followed by a write. */
function linked(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (isSystemError(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Moved before it is removed: another starter may have replaced the stale lock by its own in the meantime. */
function removeStale(path: string, own: string): void {
  const aside = `${own}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    return; // another starter removed it
  }
  if (markedProcess(aside) !== undefined) linked(aside, path);
  rmSync(aside, { force: true });
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
