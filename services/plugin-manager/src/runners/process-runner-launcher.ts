import {
  ensureRunnerConsumer,
  runnerCredentials,
  type Bus,
  type RunnerSigner,
} from '@made-open/bus';
import { WalletService } from '@made-open/contracts';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { Duplex } from 'node:stream';
import { sha256 } from '../bundles/digest.ts';
import type { RunnerSet } from '../fleet/fleet-driver.ts';
import { RunnerLauncher, type Runner } from './runner-launcher.ts';
import { markOutput } from './runner-output.ts';

export interface ProcessRunnerSettings {
  readonly signer: RunnerSigner;
  readonly natsUrl: string;
  /** Script of the runner. */
  readonly entry: string;
  /** Ed25519 public key of the wallet, SPKI PEM. */
  readonly walletSigningKey: string;
  /** Further variables of the runner, for example its log level. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stopWithinMs?: number;
}

const ticketSeconds = 120;
const defaultStopWithinMs = 30_000;
// Less than that, and less than the 25 s that the manager gives itself, since it waits for its runners.
const runnerStopWithinMs = 20_000;

/** Runs runners as processes of this machine: no secret in their environment or arguments, and none outlives the manager. */
export class ProcessRunnerLauncher extends RunnerLauncher {
  readonly #bus: Bus;
  readonly #settings: ProcessRunnerSettings;

  constructor(bus: Bus, settings: ProcessRunnerSettings) {
    super();
    this.#bus = bus;
    this.#settings = settings;
  }

  override async launch({ pluginId, version, lane, concurrency }: RunnerSet): Promise<Runner> {
    const { signer, walletSigningKey, entry, stopWithinMs = defaultStopWithinMs } = this.#settings;
    await ensureRunnerConsumer(this.#bus.connection, pluginId);
    const ticket = await this.#ticket(pluginId);
    const credentials = await runnerCredentials(signer, pluginId);
    const child = spawn(process.execPath, ['--enable-source-maps', entry], {
      env: {
        ...this.#settings.environment,
        NODE_ENV: 'production',
        PLUGIN_ID: pluginId,
        PLUGIN_VERSION: version,
        RUNNER_LANE: lane,
        NATS_URL: this.#settings.natsUrl,
        NATS_CREDENTIALS_FILE: '/dev/fd/3',
        RUNNER_SECRETS_FILE: '/dev/fd/4',
        READY_DESCRIPTOR: '5',
        RUN_CONCURRENCY: String(concurrency),
        EXIT_ON_STDIN_END: '1',
        STOP_WITHIN_MS: String(runnerStopWithinMs),
        PORT: '0',
      },
      // Its input stays open for as long as the manager lives; the end of it tells that the manager is gone.
      stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
    });
    for (const output of [child.stdout, child.stderr])
      markOutput(output, { pluginId, version, pid: child.pid }, writeLine);
    hand(child, 3, credentials);
    hand(child, 4, JSON.stringify({ ticket, walletSigningKey }));
    return new RunnerProcess(child, stopWithinMs);
  }

  /** Announces a ticket by its hash; the runner shows the ticket once, to bind its key. */
  async #ticket(pluginId: string): Promise<string> {
    const ticket = randomBytes(32).toString('base64url');
    await this.#bus.call(WalletService.method.registerTicket, {
      pluginId,
      ticketHash: sha256(ticket),
      expiresInSeconds: ticketSeconds,
    });
    return ticket;
  }
}

class RunnerProcess implements Runner {
  readonly ready: Promise<void>;
  readonly exit: Promise<string>;
  readonly #child: ChildProcess;
  readonly #stopWithinMs: number;
  #hasEnded = false;

  constructor(child: ChildProcess, stopWithinMs: number) {
    this.#child = child;
    this.#stopWithinMs = stopWithinMs;
    child.stdin?.on('error', () => undefined); // it has ended, which `exit` tells
    this.ready = new Promise((resolve) => pipeOf(child, 5).once('data', () => resolve()));
    this.exit = new Promise((resolve) => {
      const end = (how: string): void => {
        this.#hasEnded = true;
        resolve(how);
      };
      child.once('exit', (code, signal) => end(signal ?? `exit code ${String(code)}`));
      child.once('error', (error) => end(error.message));
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  async stop(): Promise<void> {
    if (this.#hasEnded) return;
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), this.#stopWithinMs);
    await this.exit;
    clearTimeout(timer);
  }
}

function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

function hand(child: ChildProcess, descriptor: number, text: string): void {
  pipeOf(child, descriptor).end(text);
}

/** A descriptor of the child; that it breaks means that the child has ended, which `exit` tells. */
function pipeOf(child: ChildProcess, descriptor: number): Duplex {
  const pipe = child.stdio[descriptor];
  if (!(pipe instanceof Duplex))
    throw new TypeError(`descriptor ${String(descriptor)} of the runner is no pipe`);
  return pipe.on('error', () => undefined);
}
