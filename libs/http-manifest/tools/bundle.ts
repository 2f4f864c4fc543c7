// Makes the one script that interprets manifests in the isolate.
import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

await build({
  entryPoints: [path('../src/sandbox/sandbox.ts')],
  outfile: path('../dist/sandbox.js'),
  bundle: true,
  format: 'iife',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  target: 'es2024',
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
});
