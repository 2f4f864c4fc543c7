import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const sdk = fileURLToPath(new URL('..', import.meta.url));
const tools = createRequire(import.meta.url);

export interface Ran {
  readonly status: number;
  readonly output: string;
}

/** A project outside this repository with the packed SDK installed, as its author has it. */
export class AuthorProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'made-open-author-'));

  constructor() {
    const installed = join(this.folder, 'node_modules/@made-open');
    mkdirSync(installed, { recursive: true });
    const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', this.folder], {
      cwd: sdk,
      encoding: 'utf8',
    }).trim();
    execFileSync('tar', ['xzf', join(this.folder, packed), '-C', this.folder]);
    renameSync(join(this.folder, 'package'), join(installed, 'plugin-sdk'));
    mkdirSync(join(this.folder, 'node_modules/@types'));
    for (const name of ['vitest', '@types/node'])
      symlinkSync(packageFolder(name), join(this.folder, 'node_modules', name));
    this.write('package.json', '{ "type": "module" }');
    cpSync(join(sdk, 'test/guide'), this.folder, { recursive: true });
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  /** Type-checks files with these compiler options. */
  check(options: Record<string, unknown>, files: readonly string[]): Ran {
    this.write(
      'tsconfig.json',
      JSON.stringify({ compilerOptions: { noEmit: true, ...options }, files }),
    );
    return this.run(join(packageFolder('typescript'), 'bin/tsc'), ['-p', 'tsconfig.json']);
  }

  vitest(): Ran {
    return this.run(join(packageFolder('vitest'), 'vitest.mjs'), ['run', '--no-color']);
  }

  /** Runs a script with Node, without what this process has in its environment. */
  run(script: string, args: readonly string[] = []): Ran {
    try {
      const output = execFileSync(process.execPath, [script, ...args], {
        cwd: this.folder,
        encoding: 'utf8',
        env: { PATH: process.env['PATH'] ?? '', HOME: this.folder, CI: 'true' },
        timeout: 90_000,
        stdio: 'pipe',
      });
      return { status: 0, output };
    } catch (error) {
      const { status, stdout, stderr } = error as {
        status: number;
        stdout: string;
        stderr: string;
      };
      return { status, output: `${stdout}\n${stderr}` };
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function packageFolder(name: string): string {
  return dirname(tools.resolve(`${name}/package.json`));
}
