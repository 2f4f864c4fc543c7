import { rootCache, unprivilegedUser } from '@made-open/local-parts';
import { chmodSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new folder for one test; as root it lies where PostgreSQL's unprivileged user can enter. */
export function temporaryFolder(): string {
  if (unprivilegedUser() === undefined) return mkdtempSync(join(tmpdir(), 'made-open-test-'));
  mkdirSync(rootCache, { recursive: true, mode: 0o755 });
  const folder = mkdtempSync(join(rootCache, 'test-'));
  chmodSync(folder, 0o755);
  return folder;
}
