import { build, type Plugin } from 'esbuild';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { UnnamedPackagesError } from '../errors.ts';
import { repository } from '../repository.ts';
import type { ImageContents } from '../services.ts';

/** CommonJS packages in the bundle ask for modules of Node, and where they are. */
const commonJs = `import { createRequire as makeRequire } from 'node:module';
const require = makeRequire(import.meta.url);
const { filename: __filename, dirname: __dirname } = import.meta;`;

/**
 * Makes one script of a service: a pod that starts reads one file instead of thousands, and needs less memory. `needed`
 * are the folders of packages that production has; a package that is not among them stays out.
 */
export async function bundleService(
  { folder, keeps }: ImageContents,
  needed: ReadonlySet<string>,
  target: string,
): Promise<void> {
  const entry = join(repository, folder, 'dist', 'main.js');
  const { metafile, outputFiles } = await build({
    absWorkingDir: repository,
    entryPoints: [entry],
    // Not written there, but the places of sources are told from it, wherever the image is laid out.
    outfile: entry,
    allowOverwrite: true,
    write: false,
    bundle: true,
    metafile: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    conditions: ['node'],
    banner: { js: commonJs },
    // Nest and logs name classes.
    keepNames: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    external: keeps.filter((name) => !name.startsWith('@made-open/')),
    logLevel: 'silent',
    plugins: [withoutOptionalParts(needed), asFromOwnFile(entry)],
  });
  const strangers = Object.keys(metafile.inputs).filter((path) => !isHeld(path, needed));
  if (strangers.length > 0) throw new UnnamedPackagesError(strangers);
  for (const { path, contents } of outputFiles) {
    const file = join(target, relative(repository, path));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, contents);
  }
}

/** What a package asks for while it runs, and production does not have, it goes without. */
function withoutOptionalParts(needed: ReadonlySet<string>): Plugin {
  const isSeen = Symbol('seen');
  return {
    name: 'without optional parts',
    setup(bundler) {
      bundler.onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...asked }) => {
        if (pluginData === isSeen || !asksLater.has(asked.kind)) return undefined;
        const { errors, path: found } = await bundler.resolve(path, {
          ...asked,
          pluginData: isSeen,
        });
        const isThere = errors.length === 0 && isHeld(relative(repository, found), needed);
        return isThere ? undefined : { path, external: true };
      });
    },
  };
}

const asksLater: ReadonlySet<string> = new Set([
  'require-call',
  'require-resolve',
  'dynamic-import',
]);

function isHeld(path: string, needed: ReadonlySet<string>): boolean {
  const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/u.exec(path) ?? [];
  return folder === undefined || needed.has(folder);
}

/** A file that finds others by its own place goes on to find them. */
function asFromOwnFile(entry: string): Plugin {
  return {
    name: 'places of files',
    setup(bundler) {
      bundler.onLoad({ filter: /\.js$/ }, ({ path }) => {
        if (path.includes('/node_modules/')) return undefined;
        const place = `./${relative(dirname(entry), path)}`;
        const here = `new URL(${JSON.stringify(place)}, import.meta.url).href`;
        const contents = readFileSync(path, 'utf8').replaceAll('import.meta.url', here);
        return { contents, loader: 'js' };
      });
    },
  };
}
