import { build, type BuildOptions, type Plugin } from 'esbuild';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// What is published must run without the platform's libs beside it: they go into its files.
const root = fileURLToPath(new URL('..', import.meta.url));

/** The sandbox has no Node, and limits of its own: a schema that takes too long ends with the plugin that checks it. */
const withoutNode: Plugin = {
  name: 'without-node',
  setup(bundler) {
    bundler.onLoad({ filter: /\/manifest\/src\/in-time\.ts$/ }, () => ({
      contents: 'export const inTime = (work) => work();',
    }));
  },
};

/** Plugins that do not check manifests must not carry the checker: it is a file of its own. */
const manifestApart: Plugin = {
  name: 'manifest-apart',
  setup(bundler) {
    bundler.onResolve({ filter: /\/(validate-manifest|scaffold-plugin)\.ts$/ }, () => ({
      path: './sandbox-manifest.js',
      external: true,
      sideEffects: false,
    }));
  },
};

const sdkApart: Plugin = {
  name: 'sdk-apart',
  setup(bundler) {
    // Of the contracts only what is without messages: the rest would bring the code of every one of them.
    bundler.onResolve({ filter: /^@made-open\/contracts$/ }, () => ({
      path: 'contracts-without-messages',
      namespace: 'apart',
    }));
    bundler.onLoad({ filter: /.*/, namespace: 'apart' }, () => ({
      contents: `export { entitySchemas } from './gen/entity-schemas.ts';
        export { describeFile } from './file-description.ts';`,
      resolveDir: join(root, '../contracts/src'),
    }));
    bundler.onResolve({ filter: /^\.\.\/(validate-manifest|http-error)\.ts$/ }, () => ({
      path: './index.js',
      external: true,
    }));
  },
};

const manifestTools = `
  export { scaffoldPlugin } from './scaffold-plugin.ts';
  export { validateManifest } from './validate-manifest.ts';`;

async function bundle(file: string, options: BuildOptions): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['@made-open/source'],
    logLevel: 'warning',
    outfile: `dist/${file}`,
    ...options,
    metafile: true,
  });
  return Object.keys(metafile.inputs);
}

/** The licences of the packages that went in want to be handed on with them. */
function licenceOf(folder: string): string {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  if (file === undefined) throw new Error(`${folder} has no licence file`);
  return readFileSync(join(folder, file), 'utf8').trim();
}

const inputs = [
  await bundle('index.js', { entryPoints: ['src/index.ts'], platform: 'node' }),
  await bundle('conformance.js', {
    entryPoints: ['src/conformance/index.ts'],
    platform: 'node',
    // The class of an author's HttpError is the one of the SDK itself; checkers go in once.
    plugins: [sdkApart],
  }),
  await bundle('sandbox.js', { entryPoints: ['src/index.ts'], plugins: [manifestApart] }),
  await bundle('sandbox-manifest.js', {
    stdin: { contents: manifestTools, resolveDir: join(root, 'src'), loader: 'ts' },
    plugins: [withoutNode],
  }),
].flat();

const packages = new Set(
  inputs.map((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]),
);
packages.delete(undefined);
const licences = [...packages]
  .flatMap((folder) => (folder === undefined ? [] : [folder]))
  .toSorted()
  .map(
    (folder) => `${folder.replace(/^.*node_modules\//, '')}\n\n${licenceOf(join(root, folder))}`,
  );
writeFileSync(join(root, 'dist/third-party-licences.txt'), `${licences.join('\n\n---\n\n')}\n`);
