#!/usr/bin/env node
import { existsSync } from 'node:fs';

const program = new URL('../dist/cli/main.js', import.meta.url);
if (existsSync(program)) await import(program.href);
else {
  console.error(
    'made-open is not built yet: run `npm start` or `npx nx build @made-open/cli` first',
  );
  process.exitCode = 70;
}
