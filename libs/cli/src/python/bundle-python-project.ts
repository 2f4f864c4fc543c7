import { BundleError, bundlePython } from '@made-open/bundler';
import { readdirSync, readFileSync, type Dirent } from 'node:fs';
import { basename, join, posix } from 'node:path';
import { CliError, exitCodes } from '../errors.ts';
import type { BundledProject } from '../project/bundle-project.ts';
import type { Project } from '../project/read-project.ts';
import { fetchWheels } from './fetch-wheels.ts';

const maxDepth = 12;
const notLookedInto = new Set(['node_modules', 'dist', 'build', 'test', 'tests', 'venv', 'env']);
/** Beside the plugin, and no part of it. */
const aside = /^(?:test_.*|.*_test|conftest|setup|noxfile)\.py$/u;

/** Makes modules of a Python project, with the wheels that its requirements.txt names and those that lie in it. */
export async function bundlePythonProject({ folder, manifest }: Project): Promise<BundledProject> {
  const paths = findFiles(folder);
  const sources = new Map(
    paths
      .filter((path) => path.endsWith('.py'))
      .map((path) => [path, readFileSync(join(folder, path), 'utf8')]),
  );
  const own = paths.filter((path) => path.endsWith('.whl')).map((path) => join(folder, path));
  const wheels = new Map(
    [...own, ...(await fetchWheels(folder))].map((path) => [basename(path), readFileSync(path)]),
  );
  try {
    const script = await bundlePython({ files: sources, wheels, entrypoint: manifest.entrypoint });
    return { script, upload: { sources, wheels }, inputs: [...sources.keys(), ...wheels.keys()] };
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    const details = error.errors.length === 0 ? [error.message] : error.errors;
    const message = 'the plugin cannot be bundled';
    throw new CliError('project.bundle', exitCodes.data, message, { details, cause: error });
  }
}

/** Python files and wheels of a project, by their path within it. */
export function findFiles(folder: string): string[] {
  const found: string[] = [];
  const look = (path: string, depth: number): void => {
    for (const entry of entriesOf(join(folder, path))) {
      const inner = posix.join(path, entry.name);
      if (entry.isDirectory() && depth < maxDepth && isWanted(folder, inner, entry.name))
        look(inner, depth + 1);
      else if (entry.isFile() && /\.(?:py|whl)$/u.test(entry.name) && !aside.test(entry.name))
        found.push(inner);
    }
  };
  look('', 0);
  return found;
}

function entriesOf(path: string): Dirent[] {
  return readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.') && name !== '__pycache__')
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** A virtual environment may have any name, and has this file. */
function isWanted(folder: string, path: string, name: string): boolean {
  if (notLookedInto.has(name)) return false;
  return !readdirSync(join(folder, path)).includes('pyvenv.cfg');
}
