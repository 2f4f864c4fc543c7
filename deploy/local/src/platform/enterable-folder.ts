import { rootCache, unprivilegedUser } from '@made-open/local-parts';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** PostgreSQL runs unprivileged when this process is root, and must be able to enter the folder of its data. */
export function enterableFolder(dataDir: string): string {
  if (unprivilegedUser() === undefined) return dataDir;
  const folder = join(
    rootCache,
    createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 16),
  );
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  return folder;
}
