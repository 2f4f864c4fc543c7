import { BundleError, bundlePlugin, type SourceFiles } from '@made-open/bundler';
import { build, type BuildFailure, type Metafile } from 'esbuild';
import { existsSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, posix, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CliError, exitCodes } from '../errors.ts';
import { bundlePythonProject } from '../python/bundle-python-project.ts';
import type { Project } from './read-project.ts';

/** The script of a plugin, and what to push so that the platform makes the same one. */
export interface BundledProject {
  readonly script: string;
  /** The sources themselves, or one module when npm packages or files of elsewhere are among them. */
  readonly upload:
    | { readonly sources: SourceFiles; readonly wheels?: ReadonlyMap<string, Uint8Array> }
    | { readonly bundle: string };
  /** Files that went in, relative to the plugin's folder. */
  readonly inputs: readonly string[];
}

const sdk = '@made-open/plugin-sdk';
/** The build puts what the sandbox takes of the SDK here. */
const sdkFolder = fileURLToPath(new URL('../../dist/cli/sdk', import.meta.url));

/** Bundles with packages from the disk, then as the platform does. */
export function bundleProject(project: Project): Promise<BundledProject> {
  const { document } = project;
  if (document !== undefined)
    return Promise.resolve({ script: document, upload: { bundle: document }, inputs: [] });
  return project.manifest.runtime === 'python'
    ? bundlePythonProject(project)
    : bundleScript(project);
}

async function bundleScript({ folder, manifest }: Project): Promise<BundledProject> {
  const entry = findEntry(folder, manifest.entrypoint);
  const { code, inputs } = await bundleFromDisk(folder, entry);
  const isOwn = inputs.every((path) => !path.startsWith('../') && !path.includes('node_modules/'));
  const upload = isOwn ? { sources: readAll(folder, inputs) } : { bundle: code };
  const files = 'sources' in upload ? upload.sources : new Map([['bundle.js', code]]);
  const entrypoint = isOwn ? manifest.entrypoint : './bundle.js';
  try {
    const script = await bundlePlugin(files, entrypoint, { type: manifest.type, sdkFolder });
    return { script, upload, inputs };
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    throw invalid(error.errors.length === 0 ? [error.message] : error.errors, error);
  }
}

/** `./index.ts` is the file itself, or the same below `src/`. */
export function findEntry(folder: string, entrypoint: string): string {
  const path = posix.normalize(entrypoint);
  const found = [path, posix.join('src', path)].find((each) => existsSync(join(folder, each)));
  if (found === undefined)
    throw new CliError(
      'project.no_entry',
      exitCodes.notFound,
      `plugin.json names the entrypoint "${entrypoint}", but there is neither ${path} nor src/${path}`,
    );
  return found;
}

async function bundleFromDisk(
  folder: string,
  entry: string,
): Promise<{ code: string; inputs: string[] }> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: resolve(folder),
    entryPoints: [`./${entry}`],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['import', 'default'],
    target: 'es2022',
    // Imports of the SDK are resolved by the platform; Node's modules are refused there, with a reason.
    external: [sdk, 'node:*', ...builtinModules],
    legalComments: 'none',
    logLevel: 'silent',
    tsconfigRaw: {},
  }).catch(refuse);
  return { code: outputFiles[0]?.text ?? '', inputs: inputsOf(metafile) };
}

function inputsOf({ inputs }: Metafile): string[] {
  return Object.keys(inputs).map((path) => path.split(sep).join('/'));
}

function readAll(folder: string, paths: readonly string[]): SourceFiles {
  return new Map(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

function refuse(error: unknown): never {
  if (!isBuildFailure(error)) throw error;
  const details = error.errors.map(({ text, location }) =>
    location === null ? text : `${location.file}:${String(location.line)}: ${text}`,
  );
  throw invalid(details, error);
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}

function invalid(details: readonly string[], cause: unknown): CliError {
  return new CliError('project.bundle', exitCodes.data, 'the plugin cannot be bundled', {
    details,
    cause,
  });
}
