// Builds Python for the sandbox once for each change of what it is made from, and prints the folder that it lies in:
//   node libs/plugin-sdk-python/tools/build-runtime.ts [--where] [--to FOLDER]
// --where builds nothing and prints the folder in any case; --to copies it, for an image.
import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cacheFolder } from './cache-folder.ts';
import { inputsDigest } from './inputs-digest.ts';
import { makeRuntime } from './make-runtime.ts';
import { removeHalves } from './remove-halves.ts';
import { withLock } from './with-lock.ts';

const { values } = parseArgs({
  options: { where: { type: 'boolean', default: false }, to: { type: 'string' } },
});
const cache = cacheFolder(process.env);
const folder = join(cache, `python-runtime-${inputsDigest()}`);
const isBuilt = (): boolean => existsSync(join(folder, 'runtime.json'));

try {
  if (!isBuilt() && !values.where) {
    mkdirSync(cache, { recursive: true });
    await withLock(`${folder}.lock`, () => {
      if (isBuilt()) return;
      removeHalves(cache);
      const made = makeRuntime(cache);
      rmSync(folder, { recursive: true, force: true });
      renameSync(made, folder);
    });
  }
  if (values.to !== undefined) cpSync(folder, values.to, { recursive: true });
  process.stdout.write(`${folder}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
