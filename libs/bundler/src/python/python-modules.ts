import { posix } from 'node:path';
import type { SourceFiles } from '../bundle-plugin.ts';
import { BundleError } from '../errors.ts';

/** Text of a module; a package is one that others lie within. */
export interface PythonModule {
  readonly source: string;
  readonly isPackage?: true;
}

/** Of folders and the file in a path: each is a module of its own. */
const maxLevels = 16;

export type PythonModules = ReadonlyMap<string, PythonModule>;

const identifier = /^[\p{ID_Start}_]\p{ID_Continue}*$/u;
/** Lies beside a plugin and is none of its code. */
const aside = /(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest|setup|noxfile)\.py$|(?:^|\/)tests?\//u;

/** Where the modules of a plugin begin, and which of them is its entry. */
export interface Entry {
  readonly root: string;
  readonly module: string;
}

/**
 * `./plugin.py` is the file itself, or the same below `src/`. Its modules begin in its folder, or above the packages that it
 * lies in, as Python's own tools look for them.
 */
export function findPythonEntry(files: SourceFiles, entrypoint: string): Entry {
  const path = posix.normalize(entrypoint);
  const found = [path, posix.join('src', path)].find((candidate) => files.has(candidate));
  if (found === undefined || !found.endsWith('.py'))
    throw new BundleError(
      'bundle.no_entry',
      found === undefined
        ? `plugin.json names the entrypoint "${entrypoint}", but neither ${path} nor src/${path} was pushed`
        : `plugin.json names the entrypoint "${entrypoint}"; that of a Python plugin is a .py file`,
    );
  let root = posix.dirname(found);
  while (root !== '.' && files.has(posix.join(root, '__init__.py'))) root = posix.dirname(root);
  return { root, module: moduleName(within(root, found)) };
}

/** Modules of the plugin's own files. */
export function ownModules(files: SourceFiles, root: string): PythonModules {
  const modules = new Map<string, PythonModule>();
  for (const [path, source] of files) {
    if (!path.endsWith('.py') || aside.test(path)) continue;
    const inner = within(root, path);
    if (inner.startsWith('../'))
      throw invalid(
        `${path} lies outside of ${root}, where the modules of the entry begin; move it there, or leave it out`,
      );
    // A folder that is no package has nothing to import it by.
    if (inner !== '__init__.py') addModule(modules, inner, source);
  }
  return modules;
}

/** Modules of files by their path below where imports begin. */
export function addModule(modules: Map<string, PythonModule>, path: string, source: string): void {
  const name = moduleName(path);
  const isPackage = posix.basename(path) === '__init__.py';
  const before = modules.get(name);
  // A module beside a package of its name is hidden by it, as in Python.
  if (isPackage || before === undefined || before.source === '')
    modules.set(name, moduleOf(source, isPackage || before?.isPackage === true));
  for (let at = name.lastIndexOf('.'); at > 0; at = name.lastIndexOf('.', at - 1)) {
    const parent = name.slice(0, at);
    modules.set(parent, moduleOf(modules.get(parent)?.source ?? '', true));
  }
}

function moduleOf(source: string, isPackage: boolean): PythonModule {
  return isPackage ? { source, isPackage } : { source };
}

function moduleName(path: string): string {
  const parts = path.replace(/(?:\/__init__)?\.py$/u, '').split('/');
  if (parts.length > maxLevels)
    throw invalid(`${path.slice(0, 120)} lies deeper than ${String(maxLevels)} levels; move it up`);
  const files = path.endsWith('/__init__.py') ? [] : [parts.length - 1];
  return parts
    .map((part, at) => {
      if (identifier.test(part)) return part;
      // A folder of a package may be named as the plugin is.
      if (!files.includes(at) && identifier.test(part.replaceAll('-', '_')))
        return part.replaceAll('-', '_');
      throw invalid(`${path} is no name of a module; use letters, digits and underscores`);
    })
    .join('.');
}

function within(root: string, path: string): string {
  return posix.relative(root, path);
}

export function invalid(message: string): BundleError {
  return new BundleError('bundle.invalid', message, [message]);
}
