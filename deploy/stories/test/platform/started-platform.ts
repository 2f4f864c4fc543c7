import { eventually } from '@made-open/testing';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const startLimitMs = 180_000;

/** What a person sees who types `npm start`, and what they can do to it. */
export class StartedPlatform {
  readonly #child: ChildProcess;
  readonly #exited: Promise<number | null>;
  #output = '';

  /** `npm start` without npm: the command of package.json. Any free ports. */
  constructor(dataDir: string, args: readonly string[] = []) {
    this.#child = spawn(
      process.execPath,
      [join(root, 'deploy/local/bootstrap/run.mjs'), 'start', ...args],
      {
        env: { ...process.env, MADE_OPEN_DATA: dataDir, MANAGER_PORT: '0', GATEWAY_PORT: '0' },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
    this.#exited = new Promise((resolve) => this.#child.once('close', resolve));
  }

  get output(): string {
    return this.#output;
  }

  /** The key, when this start showed one. */
  get key(): string | undefined {
    return /^ *admin key +(mop_\w+)$/mu.exec(this.#output)?.[1];
  }

  get managerUrl(): string {
    return /^ *admin API +(\S+)$/mu.exec(this.#output)?.[1] ?? '';
  }

  /** Waits for the last line of the summary; fails at once when the start has failed. */
  async ready(): Promise<this> {
    await eventually(
      () => {
        if (!this.#output.includes('Ctrl-C stops everything')) throw new Error(this.#output);
      },
      { timeoutMs: startLimitMs },
    );
    return this;
  }

  /** Does what the printed curl line does, its quotes read by a shell. */
  async runPrintedSearch(key: string): Promise<{ status: number; body: string }> {
    const line = /^ *curl (.+)$/mu.exec(this.#output)?.[1] ?? '';
    const words = execFileSync('sh', ['-c', `printf '%s\\n' ${line}`], {
      encoding: 'utf8',
      env: { KEY: key },
    });
    const [option, header, url] = words.trim().split('\n');
    if (option !== '-H' || header === undefined || url === undefined)
      throw new Error(`cannot do what was printed: curl ${line}`);
    const [name, value] = header.split(': ');
    const response = await fetch(url, { headers: { [name ?? '']: value ?? '' } });
    return { status: response.status, body: await response.text() };
  }

  /** The supervisor itself, the child of the command. */
  get supervisor(): number {
    const [child] = childrenOf(this.#child.pid ?? -1);
    if (child === undefined) throw new Error('the supervisor does not run');
    return child;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  exitCode(): Promise<number | null> {
    return this.#exited;
  }

  /** For the end of a test, however it went. */
  async end(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#exited;
  }
}

/** Every process below one, with itself. */
export function familyOf(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(familyOf)];
}

/** What anybody on the machine may read of a process, and what its owner may; nothing when it has ended. */
export function visibleOf(pid: number): string {
  return ['cmdline', 'environ'].map((file) => readProc(pid, file)).join('\n');
}

export function isAlive(pid: number): boolean {
  return statOf(pid) !== undefined;
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((other) => Number.isInteger(other) && statOf(other)?.parent === pid);
}

function statOf(pid: number): { parent: number } | undefined {
  // The name in the second field may hold blanks and brackets: count behind the last one.
  const [state, parent] = readProc(pid, 'stat').split(') ').at(-1)?.split(' ') ?? [];
  return parent === undefined || state === 'Z' ? undefined : { parent: Number(parent) };
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${String(pid)}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
