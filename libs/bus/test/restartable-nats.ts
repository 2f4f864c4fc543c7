import {
  makeNatsIdentity,
  NatsServer,
  onFreePort,
  type NatsServerOptions,
} from '@made-open/local-parts';
import { pluginToken, type ServiceName } from '@made-open/contracts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bus, provision, runnerCredentials } from '../src/index.ts';

/** A nats-server that a test may kill and start again on its own data. */
export class RestartableNats {
  readonly #options: NatsServerOptions;
  #server: NatsServer;
  readonly #buses: Bus[] = [];

  private constructor(server: NatsServer, options: NatsServerOptions) {
    this.#server = server;
    this.#options = options;
  }

  static async start(): Promise<RestartableNats> {
    const dataDir = mkdtempSync(join(tmpdir(), 'made-open-nats-'));
    const identity = await makeNatsIdentity();
    const nats = await onFreePort(async (port) => {
      const options = { dataDir, port, identity };
      return new RestartableNats(await NatsServer.start(options), options);
    });
    await nats.provision();
    return nats;
  }

  /** The init step. */
  async provision(): Promise<void> {
    const administrator = await this.#server.connectAdministrator();
    await provision(administrator);
    await administrator.close();
  }

  async bus(name: ServiceName, onError?: (error: unknown) => void): Promise<Bus> {
    const bus = await Bus.connect({
      name,
      servers: this.#server.url,
      credentials: this.#options.identity.credentials[name] ?? '',
      inboxPrefix: `_INBOX.${name}`,
      ...(onError === undefined ? {} : { onError }),
    });
    this.#buses.push(bus);
    return bus;
  }

  async runner(pluginId: string): Promise<Bus> {
    const { accountPublicKey, runnerSigningSeed } = this.#options.identity;
    const signer = { accountPublicKey, signingSeed: runnerSigningSeed };
    const bus = await Bus.connect({
      name: 'plugin-runner',
      servers: this.#server.url,
      credentials: await runnerCredentials(signer, pluginId),
      inboxPrefix: `_INBOX.plugin-runner.${pluginToken(pluginId)}`,
    });
    this.#buses.push(bus);
    return bus;
  }

  /** As a crash of the machine's process: no orderly end. */
  async kill(): Promise<void> {
    process.kill(this.#server.pid, 'SIGKILL');
    await this.#server.exited;
  }

  async restart(): Promise<void> {
    this.#server = await NatsServer.start(this.#options);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#buses.map((bus) => bus.connection.close()));
    await this.#server.stop();
    rmSync(this.#options.dataDir, { recursive: true, force: true });
  }
}
