import { build, type BuildOptions } from 'esbuild';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// What is published must run without the platform's libs beside it: they go into its files.
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

const target = '../dist/cli';
const runner = '../../../services/plugin-runner';

/** Packages whose code went in, by their folders; core-js is in the guest that the runner's build has made. */
const packages = new Set<string>([path('../../../node_modules/core-js')]);

async function bundle(entry: string, file: string, options: BuildOptions = {}): Promise<void> {
  const { metafile } = await build({
    absWorkingDir: path('..'),
    entryPoints: [path(entry)],
    outfile: path(`${target}/${file}`),
    bundle: true,
    format: 'esm',
    target: 'node24',
    platform: 'node',
    conditions: ['@made-open/source'],
    external: ['commander', 'esbuild', 'isolated-vm'],
    // Packages in CommonJS ask for Node's modules by require.
    banner: {
      js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
    },
    legalComments: 'none',
    logLevel: 'warning',
    ...options,
    metafile: true,
  });
  for (const input of Object.keys(metafile.inputs)) {
    const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
    if (folder !== undefined) packages.add(path(`../${folder}`));
  }
}

/** The licences of the packages that went in want to be handed on with them. */
function licenceOf(folder: string): string {
  const { name, license }: { name: string; license: string } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  const file = readdirSync(folder).find((each) => /^licen[cs]e/iu.test(each));
  const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim();
  return `${name} (${license})\n\n${text}`.trim();
}

/** What a sandbox process loads into its isolate; the code of the process itself is bundled. */
function isOfGuest(file: string): boolean {
  return file.endsWith('.bundle.js') || file === 'http-manifest.js';
}

rmSync(path(target), { recursive: true, force: true });
await bundle('../src/main.ts', 'main.js');

// The runner's sandbox, in the folders that its code looks for: from where host/processes stands in the runner.
await bundle(`${runner}/src/trial/trial-main.ts`, 'runner/dist/host/processes/trial-main.js');
await bundle(`${runner}/src/sandbox/sandbox-main.ts`, 'runner/dist/sandbox/sandbox-main.js', {
  banner: {},
});
for (const file of readdirSync(path(`${runner}/dist/sandbox`)).filter(isOfGuest))
  cpSync(path(`${runner}/dist/sandbox/${file}`), path(`${target}/runner/dist/sandbox/${file}`));
writeFileSync(path(`${target}/runner/package.json`), '{ "type": "module" }\n');

const sdk = dirname(fileURLToPath(import.meta.resolve('@made-open/plugin-sdk/sandbox')));
mkdirSync(path(`${target}/sdk`));
for (const file of ['sandbox.js', 'sandbox-manifest.js'])
  cpSync(`${sdk}/${file}`, path(`${target}/sdk/${file}`));

cpSync(path('../../plugin-sdk-python/src'), path(`${target}/python`), {
  recursive: true,
  filter: (source) => !source.includes('__pycache__'),
});

const licences = [...packages].toSorted().map(licenceOf);
writeFileSync(path(`${target}/third-party-licences.txt`), `${licences.join('\n\n---\n\n')}\n`);
