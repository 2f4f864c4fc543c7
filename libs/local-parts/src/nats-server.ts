import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect as connectSocket } from 'node:net';
import { join } from 'node:path';
import { connect, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import { ChildServer } from './child-server.ts';
import { endLeftOver } from './left-over.ts';
import { natsServerBinary } from './nats-binary.ts';
import { natsConfiguration } from './nats-configuration.ts';
import type { NatsIdentity } from '@made-open/bus';

const greetingWithinMs = 2000;

export interface NatsServerOptions {
  /** Holds the configuration and JetStream's files. */
  readonly dataDir: string;
  readonly port: number;
  readonly identity: NatsIdentity;
  readonly onOutput?: (text: string) => void;
  /** Hears that the binary is fetched, once. */
  readonly onNote?: (text: string) => void;
}

/** A nats-server with JetStream on the loopback address; nobody gets in without a JWT of the identity. */
export class NatsServer {
  readonly #server: ChildServer;
  readonly #options: NatsServerOptions;

  private constructor(server: ChildServer, options: NatsServerOptions) {
    this.#server = server;
    this.#options = options;
  }

  static async start(options: NatsServerOptions): Promise<NatsServer> {
    const command = await natsServerBinary(options.onNote);
    mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
    const config = join(options.dataDir, 'nats-server.conf');
    await endLeftOver(join(options.dataDir, 'nats-server.pid'), config);
    const name = randomUUID();
    writeFileSync(config, natsConfiguration(options, name), { mode: 0o600 });
    const server = await ChildServer.start({
      name: 'nats-server',
      command,
      args: ['-c', config],
      stopSignal: 'SIGTERM',
      isReady: () => accepts(options.port, name),
      ...(options.onOutput === undefined ? {} : { onOutput: options.onOutput }),
    });
    return new NatsServer(server, options);
  }

  get pid(): number {
    return this.#server.pid;
  }

  get url(): string {
    return `nats://127.0.0.1:${String(this.#options.port)}`;
  }

  get exited(): Promise<number | null> {
    return this.#server.exited;
  }

  /** A connection with all rights, for the init step and for tests. */
  connectAdministrator(): Promise<NatsConnection> {
    const credentials = this.#options.identity.credentials['administrator'] ?? '';
    return connect({
      servers: this.url,
      authenticator: credsAuthenticator(new TextEncoder().encode(credentials)),
      maxReconnectAttempts: -1,
      waitOnFirstConnect: true,
    });
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}

/** The greeting holds the server's name: another one may have taken the port in the meantime. */
function accepts(port: number, name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectSocket(port, '127.0.0.1');
    const settle = (isReady: boolean): void => {
      socket.destroy();
      resolve(isReady);
    };
    socket.once('data', (greeting: Buffer) => settle(greeting.toString().includes(name)));
    socket.once('error', () => settle(false));
    // A stranger's server may accept and say nothing; so does a socket that met itself on a free port.
    socket.setTimeout(greetingWithinMs, () => settle(false));
  });
}
