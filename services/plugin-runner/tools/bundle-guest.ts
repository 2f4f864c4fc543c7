// Makes the one script that runs in the isolate before the plugin: src/guest with the Web APIs of core-js.
import { build } from 'esbuild';
import { copyFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

const guests = {
  '../src/guest/guest.ts': '../dist/sandbox/guest.bundle.js',
  '../src/guest/python/guest-python.ts': '../dist/sandbox/guest-python.bundle.js',
};

for (const [entry, outfile] of Object.entries(guests))
  await build({
    entryPoints: [path(entry)],
    outfile: path(outfile),
    bundle: true,
    format: 'iife',
    globalName: 'guest',
    target: 'es2024',
    // Names stay: a stack that a plugin shows its author should be readable.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'warning',
  });

// What runs HTTP manifests lies beside it: a sandbox may read nothing else.
copyFileSync(
  path('../../../libs/http-manifest/dist/sandbox.js'),
  path('../dist/sandbox/http-manifest.js'),
);
