import { copyFileSync, linkSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Lays the files of one folder into another as hard links, which take no time and no room; `keep` gets their paths. */
export function linkTree(
  source: string,
  target: string,
  keep: (path: string) => boolean = () => true,
  path = '',
): void {
  mkdirSync(join(target, path), { recursive: true });
  for (const entry of readdirSync(join(source, path), { withFileTypes: true })) {
    const inside = join(path, entry.name);
    if (!keep(inside)) continue;
    if (entry.isDirectory()) linkTree(source, target, keep, inside);
    else if (entry.isSymbolicLink())
      symlinkSync(readlinkSync(join(source, inside)), join(target, inside));
    else linkOrCopy(join(source, inside), join(target, inside));
  }
}

/** Two file systems have no file in common. */
function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    copyFileSync(source, target);
  }
}
