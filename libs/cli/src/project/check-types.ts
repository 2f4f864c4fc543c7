import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { CliError, exitCodes } from '../errors.ts';
import { checkSyntax } from '../python/check-syntax.ts';
import type { Project } from './read-project.ts';

/** Checks the code beyond what a bundle needs, with the author's own tools; false when there are none. */
export function checkTypes({ folder, manifest }: Project): Promise<boolean> {
  return manifest.runtime === 'python' ? checkSyntax(folder) : checkTypeScript(folder);
}

/** Runs the project's own TypeScript over it, when it has a tsconfig.json. */
async function checkTypeScript(folder: string): Promise<boolean> {
  const compiler = existsSync(join(folder, 'tsconfig.json')) ? compilerOf(folder) : undefined;
  if (compiler === undefined) return false;
  const { failed, output } = await run(compiler, folder);
  if (!failed) return true;
  throw new CliError('project.types', exitCodes.data, 'the code has type errors', {
    details: output.trim().split('\n'),
  });
}

function compilerOf(folder: string): string | undefined {
  try {
    const from = createRequire(join(resolve(folder), 'plugin.json'));
    return join(dirname(from.resolve('typescript/package.json')), 'bin/tsc');
  } catch {
    return undefined;
  }
}

function run(compiler: string, folder: string): Promise<{ failed: boolean; output: string }> {
  const args = [compiler, '--noEmit', '--pretty', 'false', '-p', 'tsconfig.json'];
  return new Promise((done) => {
    execFile(process.execPath, args, { cwd: folder }, (error, stdout, stderr) =>
      done({ failed: error !== null, output: `${stdout}${stderr}` }),
    );
  });
}
