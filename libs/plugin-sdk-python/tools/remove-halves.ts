import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const oldMs = 3_600_000;

/** Removes what builds left that were ended in the middle of it. */
export function removeHalves(cache: string): void {
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    if (/^python-\w+-half-/u.test(name) && Date.now() - statSync(path).mtimeMs > oldMs)
      rmSync(path, { recursive: true, force: true });
  }
}
