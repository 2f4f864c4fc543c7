import { maxManifestBytes } from '@made-open/http-manifest';
import { createReadStream, type Dirent } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, posix, relative, sep } from 'node:path';
import { FolderLinkError } from '../errors.ts';
import {
  folderManifest,
  pluginJsonOf,
  type FolderManifest,
  type KitManifest,
} from './kit-manifest.ts';
import { maxFiles, readUpload, tooManyFiles, type Part, type Upload } from './read-upload.ts';

/** A folder within `PLUGINS_DIR` that holds a plugin.json, or the manifest.json of a provider. */
export interface PluginFolder {
  /** Within `PLUGINS_DIR`. */
  readonly name: string;
  /** plugin.json and the files that are its code, by their path within the folder, with where they really lie. */
  readonly files: ReadonlyMap<string, string>;
  /** What stands in the place of a plugin.json. */
  readonly manifest: FolderManifest | undefined;
  /** Changes when a file does. */
  readonly fingerprint: string;
}

/** What cannot be looked into, or belongs to a plugin and cannot be taken. */
export interface FolderFault {
  /** Within `PLUGINS_DIR`. */
  readonly name: string;
  readonly error: unknown;
}

export interface FoundPlugins {
  readonly plugins: readonly PluginFolder[];
  readonly faults: readonly FolderFault[];
}

interface Finds {
  readonly plugins: PluginFolder[];
  readonly faults: FolderFault[];
}

interface Place {
  /** Within the root; empty for the root. */
  readonly name: string;
  readonly real: string;
  readonly depth: number;
}

interface Target {
  readonly real: string;
  readonly isFolder: boolean;
  readonly isFile: boolean;
}

const maxDepth = 12;
const code = /(?<!\.d|\.spec|\.test|_test)\.(?:ts|mts|js|mjs|json|py)$|\.whl$/u;
const notCode =
  /^(?:package(?:-lock)?|tsconfig(?:\..*)?)\.json$|^(?:jest|vitest)\.config\.|^(?:test_.*|conftest|setup|noxfile)\.py$/u;
const notLookedInto = new Set(['node_modules', 'dist', 'test', 'tests', '__pycache__', 'venv']);

/** Folders to look into, the shallow ones first; each once, for links may lead in a circle. */
class Places {
  readonly root: string;
  readonly #all: Place[];
  readonly #seen: Set<string>;

  constructor(root: string) {
    this.root = root;
    this.#all = [{ name: '', real: root, depth: 0 }];
    this.#seen = new Set([root]);
  }

  add(parent: Place, name: string, real: string): void {
    const depth = parent.depth + 1;
    if (depth > maxDepth || this.#seen.has(real)) return;
    this.#seen.add(real);
    this.#all.push({ name: posix.join(parent.name, name), real, depth });
  }

  /** Gives also what is added meanwhile. */
  [Symbol.iterator](): Iterator<Place> {
    return this.#all.values();
  }
}

/** Finds the plugins in a folder and all below it; what a plugin's own folder holds belongs to it. */
export async function findPluginFolders(path: string): Promise<FoundPlugins> {
  const found: Finds = { plugins: [], faults: [] };
  await attempt(found, '.', async () => {
    const places = new Places(await realpath(path));
    for (const place of places)
      await attempt(found, place.name || '.', () => search(place, places, found));
  });
  return found;
}

/** Reads a plugin as if it were pushed, within the same limits. */
export function readPluginFolder({ files, manifest }: PluginFolder): Promise<Upload> {
  if (manifest === undefined) return readUpload(partsOf(files));
  if (manifest.kind === 'http') return readUpload(manifestPart(manifest.text));
  return readUpload(kitParts(files, manifest.manifest));
}

async function* manifestPart(value: string): AsyncIterable<Part> {
  yield await Promise.resolve({ fieldname: 'manifest', value });
}

async function* kitParts(
  files: ReadonlyMap<string, string>,
  manifest: KitManifest,
): AsyncIterable<Part> {
  const sources = new Map([...files].filter(([name]) => name !== 'manifest.json'));
  yield* manifestPart(pluginJsonOf(manifest, [...sources.keys()]));
  yield* partsOf(sources);
}

async function* partsOf(files: ReadonlyMap<string, string>): AsyncIterable<Part> {
  for (const [filename, real] of files) {
    const isWheel = filename.endsWith('.whl');
    const fieldname = filename === 'plugin.json' ? 'manifest' : isWheel ? 'wheel' : 'source';
    const name = isWheel ? posix.basename(filename) : filename;
    yield { fieldname, filename: name, file: createReadStream(real) };
  }
}

/** One that cannot be looked into keeps no other from being found. */
async function attempt(found: Finds, name: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    found.faults.push({ name, error });
  }
}

async function search(place: Place, places: Places, found: Finds): Promise<void> {
  const entries = await visible(place.real);
  const names = entries.map(({ name }) => name);
  if (names.includes('plugin.json')) {
    found.plugins.push(await pluginFolder(place));
    return;
  }
  const manifest = await manifestIn(place, places, entries);
  if (manifest !== undefined) {
    found.plugins.push(await pluginFolder(place, manifest));
    return;
  }
  for (const entry of entries)
    await attempt(found, posix.join(place.name, entry.name), async () => {
      const { isFolder, real } = await targetOf(places.root, place.real, entry);
      if (isFolder) places.add(place, entry.name, real);
    });
}

/** Of a folder that may be anybody's: what is too large for a manifest is none. */
async function manifestIn(
  { real: folder }: Place,
  { root }: Places,
  entries: readonly Dirent[],
): Promise<FolderManifest | undefined> {
  const entry = entries.find(({ name }) => name === 'manifest.json');
  if (entry === undefined) return undefined;
  const { real, isFile } = await targetOf(root, folder, entry);
  if (!isFile || (await stat(real)).size > maxManifestBytes) return undefined;
  return folderManifest(await readFile(real, 'utf8'));
}

async function pluginFolder(
  { name, real: root }: Place,
  manifest?: FolderManifest,
): Promise<PluginFolder> {
  const found = new Map<string, string>();
  const places = new Places(root);
  for (const place of places) await collect(place, places, found);
  // Read in the same order wherever it lies.
  const files = [...found].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const states = await Promise.all(
    files.map(async ([file, real]) => {
      const { mtimeMs, size } = await stat(real);
      return [file, mtimeMs, size];
    }),
  );
  const fingerprint = JSON.stringify(states);
  return { name: name || '.', files: new Map(files), manifest, fingerprint };
}

async function collect(place: Place, places: Places, files: Map<string, string>): Promise<void> {
  for (const entry of await visible(place.real)) {
    const isCode = code.test(entry.name) && !notCode.test(entry.name);
    const target = await targetOf(places.root, place.real, entry).catch((error: unknown) => {
      if (isCode) throw error;
    });
    if (target?.isFolder === true) places.add(place, entry.name, target.real);
    else if (target?.isFile === true && isCode)
      files.set(posix.join(place.name, entry.name), target.real);
    if (files.size > maxFiles) throw tooManyFiles();
  }
}

/** Links last: what they lead to keeps its own name. */
async function visible(path: string): Promise<Dirent[]> {
  const entries = await readdir(path, { withFileTypes: true });
  return entries
    .filter(({ name }) => !name.startsWith('.') && !notLookedInto.has(name))
    .toSorted((a, b) => linksLast(a, b) || (a.name < b.name ? -1 : 1));
}

function linksLast(a: Dirent, b: Dirent): number {
  return Number(a.isSymbolicLink()) - Number(b.isSymbolicLink());
}

/**
 * Files of a ConfigMap are links. One that led out of the root would let a plugin have any file bundled that this service
 * can read, the platform's secrets among them.
 */
async function targetOf(root: string, parent: string, entry: Dirent): Promise<Target> {
  const path = join(parent, entry.name);
  if (!entry.isSymbolicLink())
    return { real: path, isFolder: entry.isDirectory(), isFile: entry.isFile() };
  const real = await realpath(path);
  if (!isWithin(root, real)) throw new FolderLinkError(path, root);
  const state = await stat(real);
  return { real, isFolder: state.isDirectory(), isFile: state.isFile() };
}

function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
