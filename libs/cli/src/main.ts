import { readFileSync } from 'node:fs';
import { runProgram } from './program.ts';

const { version }: { version: string } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
);

const { stdin, stdout, stderr, env } = process;
process.exitCode = await runProgram(
  process.argv.slice(2),
  { stdin, stdout, stderr, env, folder: process.cwd() },
  version,
);
