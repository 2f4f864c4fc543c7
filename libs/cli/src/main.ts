import { readFileSync } from 'node:fs';
import { folderOf } from './folder-of.ts';
import { runProgram } from './program.ts';

const { version }: { version: string } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
);

const { stdin, stdout, stderr, env } = process;
// Whoever read it has seen enough, as `head` does.
stdout.on('error', () => process.exit());
process.exitCode = await runProgram(
  process.argv.slice(2),
  { stdin, stdout, stderr, env, folder: folderOf(env, process.cwd()) },
  version,
);
