import { build, type Message, type Plugin } from 'esbuild';
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RequestError } from '../errors.ts';

/** Source files of a plugin by their path relative to its folder. */
export type SourceFiles = ReadonlyMap<string, string>;

const sdk = '@made-open/plugin-sdk';
const extensions = ['', '.ts', '.js', '.mjs', '/index.ts', '/index.js'];

/** Makes one script that sets `__plugin` to the exports of the entry. Nothing but the given files and the SDK can be imported. */
export async function bundlePlugin(files: SourceFiles, entrypoint: string): Promise<string> {
  const entry = findEntry(files, entrypoint);
  try {
    const result = await build({
      entryPoints: [entry],
      bundle: true,
      write: false,
      format: 'iife',
      globalName: '__plugin',
      platform: 'neutral',
      target: 'es2023',
      legalComments: 'none',
      logLevel: 'silent',
      plugins: [memoryFiles(files)],
      // An object of its own on the global, where the sandbox looks for it.
      footer: { js: 'globalThis.__plugin = __plugin;' },
    });
    return result.outputFiles[0]?.text ?? '';
  } catch (error) {
    throw new RequestError('bundle.invalid', 422, 'the plugin could not be bundled', {
      errors: messagesOf(error),
    });
  }
}

/** `./index.ts` is the file itself, or the same below `src/`, where the scaffold puts it. */
function findEntry(files: SourceFiles, entrypoint: string): string {
  const path = posix.normalize(entrypoint);
  const found = [path, posix.join('src', path)].find((candidate) => files.has(candidate));
  if (found === undefined)
    throw new RequestError(
      'bundle.no_entry',
      422,
      `plugin.json names the entrypoint "${entrypoint}", but neither ${path} nor src/${path} was pushed`,
    );
  return found;
}

function memoryFiles(files: SourceFiles): Plugin {
  return {
    name: 'pushed-files',
    setup(esbuild) {
      esbuild.onResolve({ filter: /.*/ }, ({ path, importer, kind, namespace }) => {
        if (kind === 'entry-point') return { path, namespace: 'pushed' };
        if (namespace === 'sdk')
          return { path: posix.basename(path), namespace: 'sdk', sideEffects: false };
        if (path === sdk) return { path: 'sandbox', namespace: 'sdk', sideEffects: false };
        const resolved = path.startsWith('.')
          ? resolveFile(files, posix.join(posix.dirname(importer), path))
          : undefined;
        if (resolved !== undefined) return { path: resolved, namespace: 'pushed' };
        return {
          errors: [
            {
              text: `"${path}" is neither a pushed file nor ${sdk}; bundle npm packages before you push, and use context for everything outside`,
            },
          ],
        };
      });
      esbuild.onLoad({ filter: /.*/, namespace: 'pushed' }, ({ path }) => ({
        contents: files.get(path) ?? '',
        loader: path.endsWith('.ts') ? 'ts' : 'js',
      }));
      esbuild.onLoad({ filter: /.*/, namespace: 'sdk' }, ({ path }) => ({
        contents: readFileSync(sdkFile(path), 'utf8'),
        loader: 'js',
      }));
    },
  };
}

/** TypeScript code names its imports `.js`. */
function resolveFile(files: SourceFiles, path: string): string | undefined {
  const bare = path.replace(/\.js$/u, '');
  return [path, ...extensions.map((extension) => `${bare}${extension}`)].find((candidate) =>
    files.has(candidate),
  );
}

/** Files of the built SDK that run in the sandbox, beside its entry `sandbox`. */
function sdkFile(path: string): string {
  const entry = import.meta.resolve(`${sdk}/sandbox`);
  return fileURLToPath(new URL(`./${path.replace(/\.js$/u, '')}.js`, entry));
}

function messagesOf(error: unknown): string[] {
  const list: unknown = error instanceof Error && 'errors' in error ? error.errors : [];
  if (!Array.isArray(list) || list.length === 0)
    return [error instanceof Error ? error.message : 'failed'];
  return list.slice(0, 20).map((message: Message) => {
    const at =
      message.location === null
        ? ''
        : `${message.location.file.replace(/^pushed:/u, '')}:${String(message.location.line)}: `;
    return `${at}${message.text}`;
  });
}
