import { Bus, provision, runnerCredentials } from '@made-open/bus';
import { pluginToken, type ServiceName } from '@made-open/contracts';
import {
  ensureExtensions,
  ensureServiceDatabase,
  makeNatsIdentity,
  NatsServer,
  onFreePort,
  PostgresServer,
  type NatsIdentity,
} from '@made-open/local-parts';
import type { DatabaseOptions } from '@made-open/postgres';
import type { NatsConnection } from '@nats-io/transport-node';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';

/** Real PostgreSQL and nats-server of one test file, in a temporary folder, with the identities of production. */
export class TestPlatform {
  readonly postgres: PostgresServer;
  readonly nats: NatsServer;
  readonly identity: NatsIdentity;
  readonly #folder: string;
  readonly #buses: Bus[] = [];
  #administrator: NatsConnection | undefined;

  private constructor(
    folder: string,
    parts: { postgres: PostgresServer; nats: NatsServer; identity: NatsIdentity },
  ) {
    this.#folder = folder;
    this.postgres = parts.postgres;
    this.nats = parts.nats;
    this.identity = parts.identity;
  }

  static async start(): Promise<TestPlatform> {
    const folder = temporaryFolder();
    const identity = await makeNatsIdentity();
    const postgres = await onFreePort((port) =>
      PostgresServer.start({
        dataDir: join(folder, 'postgres'),
        port,
        password: randomBytes(16).toString('hex'),
      }),
    );
    await ensureExtensions(postgres);
    const nats = await onFreePort((port) =>
      NatsServer.start({ dataDir: join(folder, 'nats'), port, identity }),
    );
    const administrator = await nats.connectAdministrator();
    await provision(administrator);
    await administrator.close();
    return new TestPlatform(folder, { postgres, nats, identity });
  }

  /** A schema and role of a service, as the init step makes them. */
  database(service: string): Promise<DatabaseOptions> {
    return ensureServiceDatabase(this.postgres, service, randomBytes(16).toString('hex'));
  }

  credentials(service: ServiceName): string {
    return this.identity.credentials[service] ?? '';
  }

  /** A connection with the rights of a service. */
  bus(service: ServiceName): Promise<Bus> {
    return this.#connect({
      name: service,
      credentials: this.credentials(service),
      inboxPrefix: `_INBOX.${service}`,
    });
  }

  /** A connection with the rights of a plugin's runner. */
  async runnerBus(pluginId: string): Promise<Bus> {
    const { accountPublicKey, runnerSigningSeed } = this.identity;
    const credentials = await runnerCredentials(
      { accountPublicKey, signingSeed: runnerSigningSeed },
      pluginId,
    );
    return this.#connect({
      name: 'plugin-runner',
      credentials,
      inboxPrefix: `_INBOX.plugin-runner.${pluginToken(pluginId)}`,
    });
  }

  /** A connection with all rights, to look at streams. */
  async administrator(): Promise<NatsConnection> {
    this.#administrator ??= await this.nats.connectAdministrator();
    return this.#administrator;
  }

  async stop(): Promise<void> {
    await this.#administrator?.close();
    await Promise.all(this.#buses.map((bus) => bus.connection.close()));
    await this.nats.stop();
    await this.postgres.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #connect(options: {
    name: string;
    credentials: string;
    inboxPrefix: string;
  }): Promise<Bus> {
    const bus = await Bus.connect({ ...options, servers: this.nats.url });
    this.#buses.push(bus);
    return bus;
  }
}
