import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import { Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { ServiceStartError } from './errors.ts';

export interface ServiceOptions {
  readonly name: string;
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Secrets by variable: each becomes an inherited descriptor that the variable names. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly onLine?: (line: string) => void;
}

const startWithinMs = 120_000;
const keptLines = 20;
const backOffMs = [200, 500, 1000, 2000, 5000] as const;
const healthyMs = 30_000;
const stopWithinMs = 30_000;
const firstDescriptor = 3;

/** One service as a process of this machine: started, started again when it ends, stopped. */
export class ServiceProcess {
  readonly #options: ServiceOptions;
  readonly #log: WriteStream;
  #child: ChildProcess | undefined;
  #stopping = false;
  #crashes = 0;
  #restart: NodeJS.Timeout | undefined;
  #ready: (port: number) => void = () => undefined;
  #isReady = false;
  #lastLines: string[] = [];
  /** Port of the newest start, once it said that it is ready. */
  ready: Promise<number>;

  constructor(options: ServiceOptions) {
    this.#options = options;
    mkdirSync(dirname(options.logFile), { recursive: true });
    this.#log = createWriteStream(options.logFile, { flags: 'a', mode: 0o600 });
    this.ready = this.#nextReady();
  }

  get pid(): number {
    return this.#child?.pid ?? -1;
  }

  /** As `ready`, but rejects with the end of the log when the service does not come up in time. */
  async started(): Promise<number> {
    const { name, logFile } = this.#options;
    const late = new AbortController();
    const deadline = delay(startWithinMs, undefined, { signal: late.signal }).then(() => {
      throw new ServiceStartError(name, logFile, this.#lastLines);
    });
    try {
      return await Promise.race([this.ready, deadline]);
    } finally {
      late.abort();
      deadline.catch(() => undefined);
    }
  }

  start(): void {
    const { entry, environment, secrets } = this.#options;
    const names = Object.keys(secrets);
    const descriptors = Object.fromEntries(
      names.map((name, index) => [name, `/dev/fd/${String(firstDescriptor + index)}`]),
    );
    const child = spawn(process.execPath, ['--enable-source-maps', entry], {
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: process.env['HOME'] ?? '',
        NODE_ENV: 'production',
        EXIT_ON_STDIN_END: '1',
        ...environment,
        ...descriptors,
      },
      stdio: ['pipe', 'pipe', 'pipe', ...names.map(() => 'pipe' as const)],
    });
    this.#child = child;
    for (const [index, name] of names.entries())
      hand(child, firstDescriptor + index, secrets[name] ?? '');
    const startedAtMs = Date.now();
    for (const stream of [child.stdout, child.stderr]) this.#follow(stream);
    child.once('exit', () => this.#ended(startedAtMs));
  }

  /** Ends the process; it is not started again. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
      await exited;
      clearTimeout(timer);
    }
    await new Promise<void>((resolve) => this.#log.end(resolve));
  }

  #ended(startedAtMs: number): void {
    if (this.#stopping) return;
    this.#crashes = Date.now() - startedAtMs > healthyMs ? 1 : this.#crashes + 1;
    // Who waits already goes on waiting for the next start.
    if (this.#isReady) this.ready = this.#nextReady();
    const pauseMs = backOffMs[Math.min(this.#crashes, backOffMs.length) - 1] ?? backOffMs[0];
    this.#restart = setTimeout(() => this.start(), pauseMs);
  }

  #follow(stream: NodeJS.ReadableStream | null): void {
    let rest = '';
    stream?.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#line(line);
    });
  }

  #line(line: string): void {
    this.#lastLines = [...this.#lastLines, line].slice(-keptLines);
    if (!this.#log.writableEnded) this.#log.write(`${line}\n`);
    this.#options.onLine?.(line);
    const ready = new RegExp(
      `"service":"${this.#options.name}".*"port":(\\d+).*"msg":"service ready"`,
      'u',
    ).exec(line);
    if (ready === null) return;
    this.#isReady = true;
    this.#ready(Number(ready[1]));
  }

  #nextReady(): Promise<number> {
    this.#isReady = false;
    return new Promise((resolve) => (this.#ready = resolve));
  }
}

function hand(child: ChildProcess, descriptor: number, text: string): void {
  const pipe = child.stdio[descriptor];
  if (!(pipe instanceof Writable))
    throw new TypeError(`descriptor ${String(descriptor)} is no pipe`);
  pipe.on('error', () => undefined); // it ended before it read
  pipe.end(text);
}
