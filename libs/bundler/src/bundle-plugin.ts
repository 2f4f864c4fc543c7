import type { Manifest } from '@made-open/manifest';
import {
  build,
  transform,
  type BuildOptions as BuilderOptions,
  type Message,
  type Plugin,
} from 'esbuild';
import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import { BundleError } from './errors.ts';

/** Source files of a plugin by their path relative to its folder. */
export type SourceFiles = ReadonlyMap<string, string>;

export interface BundleOptions {
  readonly type?: Manifest['type'] | undefined;
  /** Where the built SDK lies; found as a package unless given. */
  readonly sdkFolder?: string | undefined;
}

const sdk = '@made-open/plugin-sdk';
const target = 'es2022';
const maxBytes = 5 * 1024 * 1024;
const extensions = ['.ts', '.js', '.mjs', '.json', '/index.ts', '/index.js'];

/**
 * Makes one script that sets `__plugin` to the exports of the entry. Nothing but the given files and the SDK can be
 * imported: neither the disk nor the network is ever asked.
 */
export async function bundlePlugin(
  files: SourceFiles,
  entrypoint: string,
  { type = 'connector', sdkFolder = installedSdk() }: BundleOptions = {},
): Promise<string> {
  const entry = findEntry(files, entrypoint);
  const { module, exported } = await bundleModule(files, entry, sdkFolder);
  checkExports(entry, exported, type);
  const { code } = await transform(module, {
    format: 'iife',
    globalName: '__plugin',
    platform: 'neutral',
    target,
    // An object of its own on the global, where the sandbox looks for it.
    footer: 'globalThis.__plugin = __plugin;',
    legalComments: 'none',
    logLevel: 'silent',
    tsconfigRaw: {},
  }).catch(refuse);
  if (Buffer.byteLength(code) > maxBytes)
    throw new BundleError(
      'bundle.too_large',
      `the bundled plugin has more than ${String(maxBytes)} bytes`,
    );
  checkSyntax(code);
  return code;
}

async function bundleModule(
  files: SourceFiles,
  entry: string,
  sdkFolder: string,
): Promise<{ module: string; exported: readonly string[] }> {
  const options = {
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    // A script has none; told here, where the author's file and line are known.
    supported: { 'top-level-await': false },
    format: 'esm',
    platform: 'neutral',
    target,
    legalComments: 'none',
    logLevel: 'silent',
    // What is imported from a file that does not export it would be undefined at run time.
    logOverride: { 'import-is-undefined': 'error' },
    // A tsconfig.json above the service's folder must not matter.
    tsconfigRaw: {},
    plugins: [memoryFiles(files, sdkFolder)],
  } as const satisfies BuilderOptions;
  const { outputFiles, metafile } = await build(options).catch(refuse);
  const exported = Object.values(metafile.outputs).flatMap((output) => output.exports);
  return { module: outputFiles[0]?.text ?? '', exported };
}

/** The sandbox takes `plugin` or the default export; a channel may be a class of its own name. */
function checkExports(entry: string, exported: readonly string[], type: Manifest['type']): void {
  const isFound = exported.some((name) => name === 'plugin' || name === 'default');
  if (isFound || (type === 'channel' && exported.length > 0)) return;
  const found =
    exported.length === 0 ? 'nothing is exported' : `only ${exported.join(', ')} is exported`;
  throw invalid([`${entry}: ${found}; write "export const plugin = …" or a default export`]);
}

/** `./index.ts` is the file itself, or the same below `src/`, where the scaffold puts it. */
function findEntry(files: SourceFiles, entrypoint: string): string {
  const path = posix.normalize(entrypoint);
  const found = [path, posix.join('src', path)].find((candidate) => files.has(candidate));
  if (found === undefined)
    throw new BundleError(
      'bundle.no_entry',
      `plugin.json names the entrypoint "${entrypoint}", but neither ${path} nor src/${path} was pushed`,
    );
  return found;
}

function memoryFiles(files: SourceFiles, sdkFolder: string): Plugin {
  return {
    name: 'pushed-files',
    setup(bundler) {
      bundler.onResolve({ filter: /.*/ }, ({ path, importer, kind, namespace }) => {
        // esbuild puts "./" before an entry that lies on the disk as well.
        if (kind === 'entry-point') return { path: posix.normalize(path), namespace: 'pushed' };
        if (namespace === sdk)
          return { path: posix.normalize(path), namespace: sdk, sideEffects: false };
        if (path === sdk) return { path: 'sandbox', namespace: sdk, sideEffects: false };
        const resolved = path.startsWith('.')
          ? resolveFile(files, posix.join(posix.dirname(importer), path))
          : undefined;
        if (resolved !== undefined) return { path: resolved, namespace: 'pushed' };
        return { errors: [{ text: refusal(path) }] };
      });
      bundler.onLoad({ filter: /.*/, namespace: 'pushed' }, ({ path }) => ({
        contents: files.get(path) ?? '',
        loader: loaderOf(path),
      }));
      bundler.onLoad({ filter: /.*/, namespace: sdk }, ({ path }) => sdkFile(sdkFolder, path));
    },
  };
}

function refusal(path: string): string {
  if (path.startsWith('.')) return `"${path}" was not pushed`;
  const advice = path.startsWith('node:')
    ? 'a plugin has no Node modules; use context for everything outside'
    : 'bundle npm packages before you push';
  return `"${path}" is neither a pushed file nor ${sdk}; ${advice}`;
}

function loaderOf(path: string): 'ts' | 'js' | 'json' {
  if (path.endsWith('.json')) return 'json';
  return path.endsWith('.ts') ? 'ts' : 'js';
}

/** TypeScript code names its imports `.js`. */
function resolveFile(files: SourceFiles, path: string): string | undefined {
  const bare = path.replace(/\.m?js$/u, '');
  return [path, ...extensions.map((extension) => `${bare}${extension}`)].find((candidate) =>
    files.has(candidate),
  );
}

/** Files of the built SDK that run in the sandbox, beside its entry `sandbox`. */
function sdkFile(folder: string, path: string): { contents: string; loader: 'js' } {
  const file = join(folder, `${path.replace(/\.js$/u, '')}.js`);
  return { contents: readFileSync(file, 'utf8'), loader: 'js' };
}

function installedSdk(): string {
  return dirname(fileURLToPath(import.meta.resolve(`${sdk}/sandbox`)));
}

/** V8 compiles what esbuild lets pass, regular expressions for one; nothing is run. */
function checkSyntax(code: string): void {
  try {
    void new Script(code, { filename: 'bundle.js' });
  } catch (error) {
    const { message } = { message: 'it is not a script', ...readable(error) };
    throw invalid([message]);
  }
}

/** Not by class: the error may come from another realm. */
function readable(error: unknown): { message?: string } {
  const message: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'message') : undefined;
  return typeof message === 'string' ? { message } : {};
}

function refuse(error: unknown): never {
  const list: unknown = error instanceof Error && 'errors' in error ? error.errors : [];
  if (!Array.isArray(list) || list.length === 0) throw error;
  throw invalid(list.slice(0, 20).map(explain));
}

function explain({ location, text }: Message): string {
  const message = text.replaceAll('pushed:', '');
  if (location === null) return message;
  return `${location.file.replace(/^pushed:/u, '')}:${String(location.line)}: ${message}`;
}

function invalid(errors: readonly string[]): BundleError {
  return new BundleError(
    'bundle.invalid',
    `the plugin could not be bundled: ${errors[0] ?? ''}`,
    errors,
  );
}
