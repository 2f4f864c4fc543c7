import { provision } from '@made-open/bus';
import { serviceNames } from '@made-open/contracts';
import {
  ensureExtensions,
  ensureServiceDatabase,
  freePort,
  NatsServer,
  PostgresServer,
  rootCache,
  unprivilegedUser,
} from '@made-open/local-parts';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NatsConnection } from '@nats-io/transport-node';
import { openSecrets, type LocalSecrets } from './secrets-file.ts';
import { ServiceProcess } from './service-process.ts';

export interface LocalPlatformOptions {
  /** Everything of the platform lies here: secrets, data, logs. */
  readonly dataDir: string;
  /** Wanted ports; another free one is taken when one is not free. */
  readonly managerPort?: number;
  readonly gatewayPort?: number;
  /** JSON file of egress overrides. */
  readonly egressOverridesFile?: string;
  readonly newAdminKey?: boolean;
  readonly note?: (text: string) => void;
}

const services = serviceNames.filter((name) => name !== 'plugin-runner');
const restartPauseMs = 300;
const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The whole platform on one machine: every process a child of this one, and ended with it. */
export class LocalPlatform {
  readonly secrets: LocalSecrets;
  /** Given when it was made at this start: it is not kept anywhere. */
  readonly adminKey: string | undefined;
  readonly ports: {
    readonly postgres: number;
    readonly nats: number;
    readonly manager: number;
    readonly gateway: number;
  };
  readonly dataDir: string;
  readonly processes = new Map<string, ServiceProcess>();
  readonly #options: LocalPlatformOptions;
  #postgres: PostgresServer | undefined;
  #nats: NatsServer | undefined;
  #stopping = false;

  private constructor(
    options: LocalPlatformOptions,
    opened: { secrets: LocalSecrets; adminKey: string | undefined; ports: LocalPlatform['ports'] },
  ) {
    this.#options = options;
    this.dataDir = options.dataDir;
    this.secrets = opened.secrets;
    this.adminKey = opened.adminKey;
    this.ports = opened.ports;
  }

  static async start(options: LocalPlatformOptions): Promise<LocalPlatform> {
    const { secrets, adminKey } = await openSecrets(
      join(options.dataDir, 'secrets.json'),
      services,
      options.newAdminKey === true,
    );
    const ports = {
      postgres: await freePort(),
      nats: await freePort(),
      manager: await freePort(options.managerPort),
      gateway: await freePort(options.gatewayPort),
    };
    const platform = new LocalPlatform(options, { secrets, adminKey, ports });
    try {
      await platform.#startServers();
      await platform.#initialise();
      platform.#startServices();
      await Promise.all([...platform.processes.values()].map((process) => process.started()));
      return platform;
    } catch (error) {
      await platform.stop();
      throw error;
    }
  }

  get managerUrl(): string {
    return `http://127.0.0.1:${String(this.ports.manager)}/admin/v1`;
  }

  get gatewayUrl(): string {
    return `http://127.0.0.1:${String(this.ports.gateway)}/v1`;
  }

  /** Process ids by service, `postgres` and `nats` included. */
  pid(name: string): number {
    if (name === 'postgres') return this.#postgres?.pid ?? -1;
    if (name === 'nats') return this.#nats?.pid ?? -1;
    return this.processes.get(name)?.pid ?? -1;
  }

  /** A connection with all rights, to look at streams. */
  administrator(): Promise<NatsConnection> {
    return this.#nats?.connectAdministrator() ?? Promise.reject(new Error('NATS does not run'));
  }

  /** Ends the services first, then NATS, then PostgreSQL. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.processes.get('plugin-manager')?.stop();
    await Promise.all(
      [...this.processes]
        .filter(([name]) => name !== 'plugin-manager')
        .map(([, process]) => process.stop()),
    );
    await this.#nats?.stop();
    await this.#postgres?.stop();
  }

  async #startServers(): Promise<void> {
    this.#postgres = await this.#startPostgres();
    this.#nats = await this.#startNats();
    this.#keep(this.#postgres, async () => (this.#postgres = await this.#startPostgres()));
    this.#keep(this.#nats, async () => (this.#nats = await this.#startNats()));
  }

  /** Starts a server again whenever it ends by itself. */
  #keep(
    server: { exited: Promise<number | null> },
    start: () => Promise<{ exited: Promise<number | null> }>,
  ): void {
    void this.#restart(server, start);
  }

  async #restart(
    server: { exited: Promise<number | null> },
    start: () => Promise<{ exited: Promise<number | null> }>,
  ): Promise<void> {
    await server.exited;
    while (!this.#stopping) {
      await new Promise((done) => setTimeout(done, restartPauseMs));
      try {
        if (!this.#stopping) this.#keep(await start(), start);
        return;
      } catch (error) {
        this.#options.note?.(error instanceof Error ? error.message : 'a server did not start');
      }
    }
  }

  #startPostgres(): Promise<PostgresServer> {
    return PostgresServer.start({
      dataDir: join(enterableFolder(this.dataDir), 'postgres'),
      port: this.ports.postgres,
      password: this.secrets.postgresPassword,
    });
  }

  #startNats(): Promise<NatsServer> {
    const { note } = this.#options;
    return NatsServer.start({
      dataDir: join(this.dataDir, 'nats'),
      port: this.ports.nats,
      identity: this.secrets.nats,
      ...(note === undefined ? {} : { onNote: note }),
    });
  }

  /** The init step: roles, schemas, extensions, streams, consumers. Repeating it changes nothing. */
  async #initialise(): Promise<void> {
    const postgres = this.#postgres;
    const nats = this.#nats;
    if (postgres === undefined || nats === undefined) return;
    await ensureExtensions(postgres);
    for (const service of services)
      await ensureServiceDatabase(postgres, service, this.secrets.databasePasswords[service] ?? '');
    const administrator = await nats.connectAdministrator();
    await provision(administrator);
    await administrator.close();
  }

  #startServices(): void {
    for (const name of services) {
      const process = new ServiceProcess({
        name,
        entry: join(root, 'services', name, 'dist', 'main.js'),
        environment: this.#environment(name),
        secrets: this.#secretsOf(name),
        logFile: join(this.dataDir, 'logs', `${name}.log`),
      });
      this.processes.set(name, process);
      process.start();
    }
  }

  #environment(name: string): Record<string, string> {
    const { adminKey, nats } = this.secrets;
    const role = name.replaceAll('-', '_');
    const port =
      name === 'plugin-manager'
        ? this.ports.manager
        : name === 'channel-gateway'
          ? this.ports.gateway
          : 0;
    const shared = {
      PORT: String(port),
      NATS_URL: `nats://127.0.0.1:${String(this.ports.nats)}`,
      DATABASE_URL: `postgres://${role}@127.0.0.1:${String(this.ports.postgres)}/postgres`,
      LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'info',
    };
    const key = { BOOTSTRAP_KEY_ID: adminKey.id, BOOTSTRAP_KEY_HASH: adminKey.hash };
    if (name === 'channel-gateway') return { ...shared, ...key };
    if (name !== 'plugin-manager') return shared;
    const { egressOverridesFile } = this.#options;
    return {
      ...shared,
      ...key,
      NATS_ACCOUNT_PUBLIC_KEY: nats.accountPublicKey,
      ...(egressOverridesFile === undefined ? {} : { EGRESS_OVERRIDES_FILE: egressOverridesFile }),
    };
  }

  #secretsOf(name: string): Record<string, string> {
    const { nats, databasePasswords, kek, walletSigning, walletSealing } = this.secrets;
    const shared = {
      NATS_CREDENTIALS_FILE: nats.credentials[name] ?? '',
      DATABASE_PASSWORD_FILE: databasePasswords[name] ?? '',
    };
    if (name === 'credential-wallet')
      return {
        ...shared,
        KEK_FILE: kek,
        WALLET_SIGNING_KEY_FILE: walletSigning.privateKey,
        WALLET_SEALING_KEY_FILE: walletSealing.privateKey,
      };
    if (name === 'plugin-manager')
      return {
        ...shared,
        RUNNER_SIGNING_KEY_FILE: nats.runnerSigningSeed,
        WALLET_SIGNING_PUBLIC_KEY_FILE: walletSigning.publicKey,
        WALLET_SEALING_PUBLIC_KEY_FILE: walletSealing.publicKey,
      };
    return shared;
  }
}

/** PostgreSQL runs unprivileged when this process is root, and must be able to enter the folder of its data. */
export function enterableFolder(dataDir: string): string {
  if (unprivilegedUser() === undefined) return dataDir;
  const folder = join(
    rootCache,
    createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 16),
  );
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  return folder;
}
