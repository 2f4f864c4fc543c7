import { build } from 'esbuild';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

// What is published must run without the platform's libs beside it: they go into its files.
const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

rmSync(path('../dist/cli'), { recursive: true, force: true });
await build({
  entryPoints: [path('../src/main.ts')],
  outfile: path('../dist/cli/main.js'),
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
});

const sdk = dirname(fileURLToPath(import.meta.resolve('@made-open/plugin-sdk/sandbox')));
mkdirSync(path('../dist/cli/sdk'));
for (const file of ['sandbox.js', 'sandbox-manifest.js'])
  cpSync(`${sdk}/${file}`, path(`../dist/cli/sdk/${file}`));
