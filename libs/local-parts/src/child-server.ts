import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { ServerStartError } from './errors.ts';

export interface ChildServerOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly spawn?: SpawnOptions;
  /** Ends the server in order. */
  readonly stopSignal: NodeJS.Signals;
  /** Asked until it resolves to true; has to tell this process from a stranger that answers at the same port. */
  readonly isReady: (pid: number) => Promise<boolean>;
  readonly onOutput?: (text: string) => void;
  readonly readyWithinMs?: number;
}

const keptOutput = 16_384;
const pollMs = 25;

/**
 * A server process of this machine: started, ready, stopped. It has a session of its own, so that Ctrl-C at the terminal
 * reaches only the supervisor, which ends everything in order; and a guard that ends it when the supervisor is killed.
 */
export class ChildServer {
  readonly #child: ChildProcess;
  readonly #stopSignal: NodeJS.Signals;
  readonly exited: Promise<number | null>;
  #output = '';

  private constructor(options: ChildServerOptions) {
    this.#stopSignal = options.stopSignal;
    this.#child = spawn(options.command, [...options.args], {
      ...options.spawn,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-keptOutput);
        options.onOutput?.(text);
      });
    this.exited = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        this.#output += error.message;
        resolve(null);
      });
      this.#child.once('exit', (code) => resolve(code));
    });
    if (this.#child.pid !== undefined) this.#guard(this.#child.pid);
  }

  static async start(options: ChildServerOptions): Promise<ChildServer> {
    const server = new ChildServer(options);
    let ended = false;
    void server.exited.then(() => (ended = true));
    const deadline = Date.now() + (options.readyWithinMs ?? 60_000);
    while (!(await options.isReady(server.pid))) {
      if (ended || Date.now() > deadline) {
        server.#child.kill('SIGKILL');
        throw new ServerStartError(options.name, server.#output);
      }
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
    return server;
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** Waits until the process has ended; SIGKILL follows when it does not. */
  async stop(killAfterMs = 15_000): Promise<void> {
    this.#child.kill(this.#stopSignal);
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), killAfterMs);
    await this.exited;
    clearTimeout(timer);
  }

  /** A shell whose standard input ends with this process, however that ends. */
  #guard(pid: number): void {
    const guard = spawn(
      '/bin/sh',
      ['-c', 'read -r _; kill -s "$0" "$1"', this.#stopSignal.replace('SIG', ''), String(pid)],
      { detached: true, stdio: ['pipe', 'ignore', 'ignore'] },
    );
    guard.on('error', () => undefined); // then the next start ends what was left
    guard.unref();
    void this.exited.then(() => guard.kill('SIGKILL'));
  }
}
