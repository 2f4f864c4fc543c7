import { writeProcessMark } from '@made-open/local-parts';
import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { Writable } from 'node:stream';
import { ServiceStartError, StoppedError } from '../errors.ts';
import { eachLine, type LogFile } from './log-file.ts';

export interface ServiceOptions {
  readonly name: string;
  readonly entry: string;
  /** Read at every start. */
  readonly environment: () => Readonly<Record<string, string>>;
  /** Secrets by variable: each becomes an inherited descriptor that the variable names. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly log: LogFile;
  /** Tells the next start which process this was. */
  readonly markFile?: string;
  /** Called before another start of a service that was never ready: its port may have been taken in the meantime. */
  readonly findPort?: () => Promise<void>;
  /** Hears of every end that nobody asked for. */
  readonly note?: (text: string) => void;
}

/** Where a service listens; 0 for what it does not have. */
export interface ServicePorts {
  readonly port: number;
  readonly healthPort: number;
}

/** Somebody who waits for the service to be ready. */
interface Waiting {
  readonly ready: (ports: ServicePorts) => void;
  readonly failed: (error: Error) => void;
}

const startWithinMs = 120_000;
const backOffMs = [200, 500, 1000, 2000, 5000] as const;
const healthyMs = 30_000;
const stopWithinMs = 30_000; // more than the 25 s that a service gives itself
const firstDescriptor = 3;

/** One service as a process of this machine: started, started again when it ends, stopped. */
export class ServiceProcess {
  readonly name: string;
  readonly #options: ServiceOptions;
  #child: ChildProcess | undefined;
  #stopping = false;
  #crashes = 0;
  #restart: NodeJS.Timeout | undefined;
  #ports: ServicePorts | undefined;
  #wasReady = false;
  #waiting: Waiting[] = [];
  #exited: Promise<void> = Promise.resolve();

  constructor(options: ServiceOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get pid(): number {
    return this.#child?.pid ?? -1;
  }

  /** The ports once the service says that it is ready; rejects with the end of its log when it does not come up in time. */
  started(withinMs = startWithinMs): Promise<ServicePorts> {
    if (this.#ports !== undefined) return Promise.resolve(this.#ports);
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => failed(this.#notStarted()), withinMs);
      const failed = (error: Error): void => {
        clearTimeout(late);
        reject(error);
      };
      const ready = (ports: ServicePorts): void => {
        clearTimeout(late);
        resolve(ports);
      };
      this.#waiting.push({ ready, failed });
    });
  }

  start(): void {
    const { secrets, markFile } = this.#options;
    const child = this.#spawn(Object.keys(secrets));
    this.#child = child;
    const startedAtMs = Date.now();
    this.#exited = new Promise((resolve) => {
      const ended = (reason: string): void => {
        resolve();
        this.#ended(startedAtMs, reason);
      };
      child.once('error', (error) => ended(error.message));
      child.once('exit', (code, signal) => ended(signal ?? `exit code ${String(code)}`));
    });
    if (child.pid === undefined) return; // the error follows
    if (markFile !== undefined) writeProcessMark(markFile, child.pid);
    for (const [index, text] of Object.values(secrets).entries())
      hand(child, firstDescriptor + index, text);
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on(
        'data',
        eachLine((line) => this.#line(line)),
      );
  }

  /** Ends the process; it is not started again. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    this.#settle(({ failed }) => failed(new StoppedError(`${this.name} was stopped`)));
    const child = this.#child;
    if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => killGroup(child), stopWithinMs);
      await this.#exited;
      clearTimeout(timer);
    }
    await this.#options.log.close();
    if (this.#options.markFile !== undefined) rmSync(this.#options.markFile, { force: true });
  }

  /** A session of its own: Ctrl-C at the terminal reaches the supervisor alone, which ends all in order. */
  #spawn(secretNames: readonly string[]): ChildProcess {
    const descriptors = Object.fromEntries(
      secretNames.map((name, index) => [name, `/dev/fd/${String(firstDescriptor + index)}`]),
    );
    return spawn(process.execPath, ['--enable-source-maps', this.#options.entry], {
      detached: true,
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: process.env['HOME'] ?? '',
        NODE_ENV: 'production',
        EXIT_ON_STDIN_END: '1',
        ...this.#options.environment(),
        ...descriptors,
      },
      stdio: ['pipe', 'pipe', 'pipe', ...secretNames.map(() => 'pipe' as const)],
    });
  }

  #ended(startedAtMs: number, reason: string): void {
    this.#ports = undefined;
    if (this.#stopping) return;
    this.#crashes = Date.now() - startedAtMs > healthyMs ? 1 : this.#crashes + 1;
    const pauseMs = backOffMs[Math.min(this.#crashes, backOffMs.length) - 1] ?? backOffMs[0];
    this.#options.note?.(
      `${this.name} ended (${reason}) and is started again; see ${this.#options.log.path}`,
    );
    // Who waits is told when it only crashes; it is started again nonetheless.
    if (this.#crashes >= backOffMs.length) this.#settle(({ failed }) => failed(this.#notStarted()));
    this.#restart = setTimeout(() => void this.#startAgain(), pauseMs);
  }

  #line(line: string): void {
    this.#options.log.write(line);
    const ports = readyPorts(line, this.name);
    if (ports === undefined) return;
    this.#ports = ports;
    this.#wasReady = true;
    this.#settle(({ ready }) => ready(ports));
  }

  async #startAgain(): Promise<void> {
    if (!this.#wasReady) await this.#options.findPort?.();
    if (!this.#stopping) this.start();
  }

  #settle(settle: (waiting: Waiting) => void): void {
    for (const waiting of this.#waiting.splice(0)) settle(waiting);
  }

  #notStarted(): ServiceStartError {
    const { path, lastLines } = this.#options.log;
    return new ServiceStartError(this.name, path, lastLines);
  }
}

/** The ports in the line of its log in which a service says that it is ready. */
function readyPorts(line: string, service: string): ServicePorts | undefined {
  if (!line.includes(`"service":"${service}"`) || !line.includes('"msg":"service ready"'))
    return undefined;
  const number = (name: string): number =>
    Number(new RegExp(`"${name}":(\\d+)`, 'u').exec(line)?.[1] ?? 0);
  return { port: number('port'), healthPort: number('healthPort') };
}

function hand(child: ChildProcess, descriptor: number, text: string): void {
  const pipe = child.stdio[descriptor];
  if (!(pipe instanceof Writable))
    throw new TypeError(`descriptor ${String(descriptor)} is no pipe`);
  pipe.on('error', () => undefined); // it ended before it read
  pipe.end(text);
}

/** With whatever the service started itself. */
function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}
