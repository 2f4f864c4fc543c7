// Says whether node_modules is what the lock asks for.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** npm writes down what it installed when it is done: no file, or another version in it, and it has to be done again. */
export function isInstalled(root) {
  const written = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(written)) return false;
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const present = packagesOf(written);
  return (
    Object.entries(wanted).every(
      // Optional ones are those of other machines.
      ([path, entry]) =>
        path === '' || entry.optional || entry.devOptional || Object.hasOwn(present, path),
    ) &&
    Object.entries(present).every(
      ([path, entry]) =>
        wanted[path]?.version === entry.version && wanted[path]?.integrity === entry.integrity,
    )
  );
}

function packagesOf(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}
