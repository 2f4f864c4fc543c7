import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './inputs-digest.ts';

/** What the runtime is built with: fetched once, by exact versions and digests. */
export interface BuildTools {
  /** Of an environment that has componentize-py. */
  readonly python: string;
  /** Module that transpiles components. */
  readonly transpiler: string;
}

// The version of the transpiler is an early one: from 0.3 on each call that crosses is a task of the asynchronous component model,
// which nothing here uses and which takes 100 µs.
const requirements = join(root, 'tools', 'requirements.txt');
const jco = join(root, 'tools', 'jco');
const files = [requirements, join(jco, 'package.json'), join(jco, 'package-lock.json')] as const;
const oldest = [3, 10] as const;

export function buildTools(cache: string): BuildTools {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(file));
  const folder = join(cache, `python-tools-${hash.digest('hex').slice(0, 16)}`);
  if (!existsSync(folder)) install(folder, cache);
  const require = createRequire(join(folder, 'package.json'));
  return {
    python: join(folder, 'venv', 'bin', 'python'),
    transpiler: require.resolve('@bytecodealliance/jco-transpile'),
  };
}

function install(folder: string, cache: string): void {
  const python = pythonCommand();
  const half = mkdtempSync(join(cache, 'python-tools-half-'));
  const run = (command: string, ...args: string[]): void => {
    execFileSync(command, args, { cwd: half, stdio: ['ignore', 'ignore', 'inherit'] });
  };
  run(python, '-m', 'venv', join(half, 'venv'));
  run(
    join(half, 'venv', 'bin', 'python'),
    ...'-m pip install --quiet --require-hashes --no-deps --only-binary :all: -r'.split(' '),
    requirements,
  );
  for (const name of ['package.json', 'package-lock.json'])
    copyFileSync(join(jco, name), join(half, name));
  run('npm', ...'ci --silent --no-audit --no-fund --ignore-scripts'.split(' '));
  renameSync(half, folder);
}

/** A Python that can make environments; throws with what to do where there is none. */
function pythonCommand(): string {
  const check = `import sys, venv, ensurepip; sys.exit(sys.version_info < (${oldest.join(', ')}))`;
  for (const command of ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11'])
    try {
      execFileSync(command, ['-c', check], { stdio: 'ignore' });
      return command;
    } catch {
      continue;
    }
  throw new Error(
    `plugins in Python need a build of their runtime, and that needs python3 ${oldest.join('.')} or newer with venv and pip: install it (Debian and Ubuntu: apt install python3-venv; macOS: brew install python) and start again`,
  );
}
