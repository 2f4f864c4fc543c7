import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BuiltFile } from '../../src/builder/build.ts';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));

/** A folder with what was built, and with the packages of this repository beside it. */
export class WrittenFiles {
  readonly folder = mkdtempSync(join(tmpdir(), 'made-open-built-'));

  constructor(files: readonly BuiltFile[]) {
    symlinkSync(join(repository, 'node_modules'), join(this.folder, 'node_modules'));
    for (const { path, content } of files) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      writeFileSync(join(this.folder, path), content);
    }
  }

  /** Runs a program in one of its folders; gives what went wrong, or nothing. */
  run(folder: string, command: string, ...args: readonly string[]): string {
    const { status, stdout, stderr, error } = spawnSync(command, args, {
      cwd: join(this.folder, folder),
      encoding: 'utf8',
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        PYTHONPATH: pythonSdk,
        PYTHONDONTWRITEBYTECODE: '1',
      },
    });
    if (error !== undefined) throw error;
    return status === 0
      ? ''
      : `${command} ${args.join(' ')}: ${String(status)}\n${stdout}\n${stderr}`;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const pythonSdk = join(repository, 'libs/plugin-sdk-python/src');
export const compiler = join(repository, 'node_modules/typescript/bin/tsc');
