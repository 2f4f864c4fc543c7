import { createReadStream, type Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readUpload, type Part, type Upload } from './read-upload.ts';

/** A folder within `PLUGINS_DIR` that holds a plugin.json. */
export interface PluginFolder {
  readonly path: string;
  /** plugin.json and the files that are its code, by their path within the folder. */
  readonly files: readonly string[];
  /** Changes when a file does. */
  readonly fingerprint: string;
}

const maxDepth = 12;
const code = /(?<!\.d|\.spec|\.test)\.(?:ts|mts|js|mjs|json)$/u;
const notCode = /^(?:package(?:-lock)?|tsconfig(?:\..*)?)\.json$|^(?:jest|vitest)\.config\./u;
const notLookedInto = new Set(['node_modules', 'dist', 'test', 'tests']);

/** Finds the plugins in a folder and all below it; what a plugin's own folder holds belongs to it. */
export async function findPluginFolders(root: string): Promise<PluginFolder[]> {
  const found: PluginFolder[] = [];
  await search(root, 0, found);
  return found;
}

/** Reads a plugin as if it were pushed, within the same limits. */
export function readPluginFolder({ path, files }: PluginFolder): Promise<Upload> {
  return readUpload(partsOf(path, files));
}

async function* partsOf(path: string, files: readonly string[]): AsyncIterable<Part> {
  for (const filename of files) {
    const fieldname = filename === 'plugin.json' ? 'manifest' : 'source';
    yield { fieldname, filename, file: createReadStream(join(path, filename)) };
  }
}

async function search(path: string, depth: number, found: PluginFolder[]): Promise<void> {
  const entries = await visible(path);
  if (entries.some(({ name }) => name === 'plugin.json')) {
    found.push(await pluginFolder(path));
    return;
  }
  if (depth === maxDepth) return;
  for (const entry of entries)
    if (await isFolder(path, entry)) await search(join(path, entry.name), depth + 1, found);
}

async function pluginFolder(path: string): Promise<PluginFolder> {
  const files: string[] = [];
  await collect(path, '', files);
  // Read in the same order wherever it lies.
  files.sort();
  const states = await Promise.all(
    files.map(async (file) => {
      const { mtimeMs, size } = await stat(join(path, file));
      return [file, mtimeMs, size];
    }),
  );
  return { path, files, fingerprint: JSON.stringify(states) };
}

async function collect(path: string, within: string, files: string[]): Promise<void> {
  for (const entry of await visible(join(path, within))) {
    const file = within === '' ? entry.name : `${within}/${entry.name}`;
    if (await isFolder(join(path, within), entry)) {
      if (file.split('/').length <= maxDepth) await collect(path, file, files);
    } else if (code.test(entry.name) && !notCode.test(entry.name)) files.push(file);
  }
}

async function visible(path: string): Promise<Dirent[]> {
  const entries = await readdir(path, { withFileTypes: true });
  return entries
    .filter(({ name }) => !name.startsWith('.') && !notLookedInto.has(name))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Files of a ConfigMap are links. */
async function isFolder(path: string, entry: Dirent): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  return (await stat(join(path, entry.name))).isDirectory();
}
