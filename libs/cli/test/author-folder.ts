import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const libs = fileURLToPath(new URL('../..', import.meta.url));

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder outside this repository with the packed command line and SDK installed, as npm leaves them. */
export class AuthorFolder {
  readonly root = mkdtempSync(join(tmpdir(), 'made-open-cli-'));
  readonly folder = join(this.root, 'plugin');

  constructor() {
    mkdirSync(join(this.folder, 'node_modules/@made-open'), { recursive: true });
    mkdirSync(join(this.folder, 'node_modules/@types'));
    for (const name of ['cli', 'plugin-sdk']) this.#install(name);
    // A sandbox may read these where they lie, and nothing behind a link.
    for (const name of ['isolated-vm', 'node-gyp-build'])
      cpSync(packageFolder(name), join(this.folder, 'node_modules', name), { recursive: true });
    for (const name of ['commander', 'esbuild', 'typescript', 'vitest', '@types/node'])
      symlinkSync(packageFolder(name), join(this.folder, 'node_modules', name));
  }

  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
    const program = join(this.folder, 'node_modules/@made-open/cli/bin/made-open.js');
    return spawn(process.execPath, [program, ...args], {
      cwd: this.folder,
      env: { PATH: process.env['PATH'] ?? '', HOME: this.root, ...env },
      stdio: 'pipe',
    });
  }

  run(
    args: readonly string[],
    { env, input = '' }: { env?: Readonly<Record<string, string>>; input?: string } = {},
  ): Promise<Ran> {
    const child = this.start(args, env);
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name]?.setEncoding('utf8').on('data', (text: string) => (said[name] += text));
    child.stdin?.end(input);
    return new Promise((resolve) => {
      child.once('close', (status) => resolve({ status, ...said }));
    });
  }

  /** Records of a command that prints one JSON text on each line. */
  async records(...given: Parameters<AuthorFolder['run']>): Promise<Record<string, unknown>[]> {
    const [args, options] = given;
    const { stdout } = await this.run([...args, '--json'], options);
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  vitest(): string {
    return execFileSync(
      process.execPath,
      [join(packageFolder('vitest'), 'vitest.mjs'), 'run', '--no-color'],
      { cwd: this.folder, encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '', CI: 'true' } },
    );
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  has(path: string): boolean {
    return existsSync(join(this.folder, path));
  }

  write(path: string, text: string, mode = 0o600): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text, { mode });
  }

  remove(path: string): void {
    rmSync(join(this.folder, path), { recursive: true, force: true });
  }

  clear(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  #install(name: string): void {
    const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', this.root], {
      cwd: join(libs, name),
      encoding: 'utf8',
    }).trim();
    execFileSync('tar', ['xzf', join(this.root, packed), '-C', this.root]);
    renameSync(join(this.root, 'package'), join(this.folder, 'node_modules/@made-open', name));
  }
}

/** npm has put them at the top of the repository. */
function packageFolder(name: string): string {
  return join(libs, '../node_modules', name);
}
