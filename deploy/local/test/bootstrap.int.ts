import { eventually } from '@made-open/testing';
import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const local = fileURLToPath(new URL('..', import.meta.url));

/** The bootstrap in a checkout of nothing, with an npm and nx that do what the test says. */
class Checkout {
  readonly root = mkdtempSync(join(tmpdir(), 'bootstrap-'));

  constructor() {
    for (const folder of ['bootstrap', 'node'])
      cpSync(join(local, folder), join(this.root, 'deploy/local', folder), { recursive: true });
    this.write('package-lock.json', lock('1.0.0'));
    this.program('npm', 'exit 9');
    this.program('nx', 'echo "nx $@" >>calls');
    this.main(`console.log('started', process.argv.slice(2).join(' '))`);
  }

  write(path: string, text: string): void {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  program(name: string, script: string): void {
    this.write(`bin/${name}`, `#!/bin/sh\n${script}\n`);
    chmodSync(join(this.root, 'bin', name), 0o755);
  }

  npm(script: string, version = '11.19.1'): void {
    this.program('npm', `[ "$1" = --version ] && echo ${version} && exit\n${script}`);
  }

  main(script: string): void {
    this.write('deploy/local/dist/main.js', script);
    this.write('package.json', '{"type":"module"}');
  }

  installed(version = '1.0.0'): void {
    this.write('node_modules/.package-lock.json', lock(version));
  }

  read(path: string): string {
    const file = join(this.root, path);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  spawn(args: readonly string[]) {
    return spawn(process.execPath, [join(this.root, 'deploy/local/bootstrap/run.mjs'), ...args], {
      cwd: this.root,
      env: { ...process.env, PATH: `${join(this.root, 'bin')}:${process.env['PATH'] ?? ''}` },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Everything that it printed, and its exit code. */
  async run(...args: string[]): Promise<{ output: string; code: number | null }> {
    const child = this.spawn(args);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { output, code };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

const lock = (version: string): string =>
  JSON.stringify({ packages: { 'node_modules/a': { version, integrity: 'sha512-a' } } });

describe('npm start before anything is installed', () => {
  let checkout: Checkout;

  beforeEach(() => {
    checkout = new Checkout();
  });
  afterEach(() => checkout.remove());

  it('installs, builds, starts, and hands arguments on', async () => {
    checkout.npm('echo "npm $@" >>calls; mkdir -p node_modules');
    const { output, code } = await checkout.run('start', '--new-admin-key');
    expect(output).toContain('started --new-admin-key');
    expect(output).toMatch(/installing the locked packages: done in [\d.]+ s/u);
    expect(checkout.read('calls')).toMatch(/^npm ci .*\nnx run-many -t build/u);
    expect(code).toBe(0);
  });

  it('prints nothing of its own where the output of a command goes', async () => {
    checkout.npm('mkdir -p node_modules');
    checkout.write('deploy/test-cluster/dist/main.js', `console.log(process.argv[2])`);
    const child = checkout.spawn(['cluster', 'packages']);
    child.stderr.resume();
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (output += part));
    await new Promise((resolve) => child.once('close', resolve));
    expect(output).toBe('packages\n');
  });

  it('does not install again what is installed', async () => {
    checkout.npm('echo npm >>calls');
    checkout.installed();
    await checkout.run('start');
    expect(checkout.read('calls')).not.toContain('npm');
  });

  it('installs again when the lock asks for another version', async () => {
    checkout.npm('echo npm >>calls');
    checkout.installed('0.9.0');
    await checkout.run('start');
    expect(checkout.read('calls')).toContain('npm');
  });

  it.each([
    ['is offline', 'npm error code ENOTFOUND', 'registry cannot be reached'],
    ['is refused', 'npm error code ECONNREFUSED', 'registry cannot be reached'],
    ['has a full disk', 'npm error code ENOSPC', 'disk is full'],
    ['gets another package than the lock names', 'npm error code EINTEGRITY', 'not the one that'],
    ['may not write', 'npm error code EACCES', 'may not write in'],
    ['fails in a way of its own', 'npm error strange', 'could not be installed'],
  ])('says what to do when npm %s', async (_what, said, advice) => {
    checkout.npm(`echo "${said}" >&2; exit 1`);
    const { output, code } = await checkout.run('start');
    expect(output).toContain(advice);
    expect(output).toContain(said);
    expect(output).not.toMatch(/^ {4}at /mu); // no stack
    expect(code).toBe(1);
  });

  it('says that npm is too old', async () => {
    checkout.npm('exit 1', '6.14.18');
    const { output, code } = await checkout.run('start');
    expect(output).toContain('npm 8 or newer is needed, and this one is 6.14.18');
    expect(code).toBe(1);
  });

  it('shows what the build said when it fails, and starts nothing', async () => {
    checkout.npm('exit 1');
    checkout.installed();
    checkout.program('nx', 'echo "etl: type error"; exit 1');
    const { output, code } = await checkout.run('start');
    expect(output).toContain('etl: type error');
    expect(output).not.toContain('started');
    expect(code).toBe(1);
  });

  it('names its commands when it is given another', async () => {
    const { output, code } = await checkout.run('strat');
    expect(output).toMatch(/unknown command "strat"; there are start, .*test/u);
    expect(code).toBe(1);
  });

  it('ends with the exit code of what it started', async () => {
    checkout.npm('exit 1');
    checkout.installed();
    checkout.main('process.exitCode = 7');
    expect((await checkout.run('start')).code).toBe(7);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'passes %s on and waits for an orderly end',
    async (signal) => {
      checkout.npm('exit 1');
      checkout.installed();
      checkout.main(`
        import fs from 'node:fs';
        const still = setInterval(() => undefined, 1000);
        process.on('${signal}', () => { fs.writeFileSync('ended', 'in order'); clearInterval(still); process.stdin.pause(); });
        process.stdin.resume();
        fs.writeFileSync('running', '');`);
      const child = checkout.spawn(['start']);
      const exit = new Promise<number | null>((resolve) => child.once('exit', resolve));
      await eventually(() => expect(existsSync(join(checkout.root, 'running'))).toBe(true));
      child.kill(signal);
      expect(await exit).toBe(0);
      expect(checkout.read('ended')).toBe('in order');
    },
  );

  it('lets what it started know when it is killed itself', async () => {
    checkout.npm('exit 1');
    checkout.installed();
    checkout.main(`
      import fs from 'node:fs';
      process.stdin.once('end', () => fs.writeFileSync('ended', process.env.EXIT_ON_STDIN_END)).resume();
      fs.writeFileSync('running', '');`);
    const child = checkout.spawn(['start']);
    await eventually(() => expect(existsSync(join(checkout.root, 'running'))).toBe(true));
    child.kill('SIGKILL');
    await eventually(() => expect(checkout.read('ended')).toBe('1'));
  });
});
