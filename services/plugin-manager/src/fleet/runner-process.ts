import { runnerCredentials, type Bus, type RunnerSigner } from '@made-open/bus';
import { WalletService } from '@made-open/contracts';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';

export interface RunnerSettings {
  readonly bus: Bus;
  readonly signer: RunnerSigner;
  readonly natsUrl: string;
  readonly entry: string;
  readonly walletSigningKey: string;
}

const ticketSeconds = 120;
const stopWithinMs = 15_000;

/** Starts a runner process: no secret in its environment or arguments, and it ends when its standard input closes. */
export async function startRunner(
  settings: RunnerSettings,
  pluginId: string,
  version: string,
): Promise<RunnerProcess> {
  const ticket = randomBytes(32).toString('base64url');
  const ticketHash = createHash('sha256').update(ticket).digest('hex');
  await settings.bus.call(WalletService.method.registerTicket, {
    pluginId,
    ticketHash,
    expiresInSeconds: ticketSeconds,
  });
  const credentials = await runnerCredentials(settings.signer, pluginId);
  const child = spawn(process.execPath, ['--enable-source-maps', settings.entry], {
    env: {
      PATH: process.env['PATH'] ?? '',
      LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'info',
      NODE_ENV: 'production',
      PLUGIN_ID: pluginId,
      PLUGIN_VERSION: version,
      NATS_URL: settings.natsUrl,
      NATS_CREDENTIALS_FILE: '/dev/fd/3',
      RUNNER_SECRETS_FILE: '/dev/fd/4',
      EXIT_ON_STDIN_END: '1',
      PORT: '0',
    },
    stdio: ['pipe', 'inherit', 'inherit', 'pipe', 'pipe'],
  });
  hand(child, 3, credentials);
  hand(child, 4, JSON.stringify({ ticket, walletSigningKey: settings.walletSigningKey }));
  return new RunnerProcess(child);
}

/** A runner of this machine. */
export class RunnerProcess {
  readonly #child: ChildProcess;
  readonly exited: Promise<void>;
  hasExited = false;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.exited = new Promise((resolve) => {
      const end = (): void => {
        this.hasExited = true;
        resolve();
      };
      child.once('exit', end);
      child.once('error', end);
    });
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), stopWithinMs);
    await this.exited;
    clearTimeout(timer);
  }
}

function hand(child: ChildProcess, descriptor: number, text: string): void {
  const pipe = child.stdio[descriptor];
  if (!(pipe instanceof Writable))
    throw new TypeError(`descriptor ${String(descriptor)} of the runner is no pipe`);
  pipe.on('error', () => undefined); // it ended before it read
  pipe.end(text);
}
