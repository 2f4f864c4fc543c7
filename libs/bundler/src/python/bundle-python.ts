import type { SourceFiles } from '../bundle-plugin.ts';
import { BundleError } from '../errors.ts';
import {
  addModule,
  findPythonEntry,
  invalid,
  ownModules,
  type PythonModule,
} from './python-modules.ts';
import { maxBundleBytes, readWheel } from './read-wheel.ts';
import { stdlibNames } from './stdlib-names.ts';

/** What a Python plugin is made of. */
export interface PythonParts {
  readonly files: SourceFiles;
  /** Wheels by their file names. */
  readonly wheels: ReadonlyMap<string, Uint8Array>;
  readonly entrypoint: string;
}

const maxModules = 8192;
const sdk = 'madeopen_plugin';
/** Modules of the sandbox, which are there before those of a plugin. */
const runtimeNames = new Set(['_madeopen', 'app', 'wit_world']);

/** Makes the text that the sandbox loads, `{"entry", "modules"}`: the plugin's files and what its wheels hold. */
export async function bundlePython({ files, wheels, entrypoint }: PythonParts): Promise<string> {
  const { root, module } = findPythonEntry(files, entrypoint);
  const modules = new Map(ownModules(files, root));
  checkNames(modules.keys(), 'a module of the plugin');
  let left = maxBundleBytes;
  for (const [name, bytes] of wheels) {
    const { sources, size } = await readWheel(name, bytes, left);
    left -= size;
    addWheel(modules, name, sources);
  }
  const text = JSON.stringify({ entry: module, modules: sorted(modules) });
  if (Buffer.byteLength(text) > maxBundleBytes)
    throw new BundleError(
      'bundle.too_large',
      `the plugin and its wheels have more than ${String(maxBundleBytes)} bytes of Python; leave out what does not run`,
    );
  return text;
}

function addWheel(
  modules: Map<string, PythonModule>,
  name: string,
  sources: ReadonlyMap<string, string>,
): void {
  const found = new Map<string, PythonModule>();
  for (const [path, source] of sources) addModule(found, path, source);
  // The SDK is there already: a project that installs it has its wheel among the others.
  if (found.has(sdk)) return;
  checkNames(found.keys(), `the wheel ${name}`);
  for (const [module, part] of found) {
    const before = modules.get(module);
    if (before !== undefined && before.source !== '' && part.source !== '')
      throw invalid(
        `the module ${module} of the wheel ${name} is there already; each has one place`,
      );
    if (before === undefined || before.source === '') modules.set(module, part);
  }
  if (modules.size > maxModules)
    throw invalid(
      `with the wheel ${name} the plugin has more than ${String(maxModules)} modules; leave out what it does not need`,
    );
}

function checkNames(names: Iterable<string>, what: string): void {
  for (const name of names) {
    const [top = ''] = name.split('.');
    if (top === sdk)
      throw invalid(
        `${what} is called ${top} as the SDK is, which the platform gives; name it otherwise`,
      );
    if (runtimeNames.has(top))
      throw invalid(`${what} is called ${top}, as a module of the sandbox is; name it otherwise`);
    if (stdlibNames.has(top))
      throw invalid(
        `${what} is called ${top} as a module of Python is, and would take its place; name it otherwise`,
      );
  }
}

function sorted(modules: ReadonlyMap<string, PythonModule>): Record<string, PythonModule> {
  return Object.fromEntries([...modules].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
