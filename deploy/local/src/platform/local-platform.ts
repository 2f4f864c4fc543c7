import { provision } from '@made-open/bus';
import { serviceNames } from '@made-open/contracts';
import {
  endMarked,
  ensureExtensions,
  ensureServiceDatabase,
  freePort,
  NatsServer,
  onFreePort,
  PostgresServer,
} from '@made-open/local-parts';
import type { NatsConnection } from '@nats-io/transport-node';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StoppedError } from '../errors.ts';
import { KeptServer } from '../processes/kept-server.ts';
import { eachLine, LogFile } from '../processes/log-file.ts';
import { ServiceProcess } from '../processes/service-process.ts';
import { forgetAdminKey, openSecrets, type LocalSecrets } from '../secrets/local-secrets.ts';
import { enterableFolder } from './enterable-folder.ts';
import { FolderLock } from './folder-lock.ts';
import { handedOn } from './handed-on.ts';
import { apiOf, environmentOf, secretsOf, type Ports } from './service-settings.ts';

export interface LocalPlatformOptions {
  /** Everything of the platform lies here: secrets, data, logs. */
  readonly dataDir: string;
  /** Wanted ports; another free one is taken when one is not free. */
  readonly managerPort?: number;
  readonly gatewayPort?: number;
  readonly samplePort?: number;
  /** Address of the gateway that providers are given; its local one unless given. */
  readonly publicUrl?: string | undefined;
  /** Of PLATFORM_PROFILE. */
  readonly profile?: string | undefined;
  /** JSON file of egress overrides. */
  readonly egressOverridesFile?: string;
  readonly newAdminKey?: boolean;
  readonly logLevel?: string;
  readonly note?: (text: string) => void;
}

const services = serviceNames.filter((name) => name !== 'plugin-runner');
const root = fileURLToPath(new URL('../../../..', import.meta.url));

/** The whole platform on one machine: every process a child of this one, and ended with it. */
export class LocalPlatform {
  readonly dataDir: string;
  readonly processes = new Map<string, ServiceProcess>();
  readonly #options: LocalPlatformOptions;
  readonly #ports: Ports;
  readonly #lock: FolderLock;
  readonly #postgres: KeptServer<PostgresServer>;
  readonly #nats: KeptServer<NatsServer>;
  readonly #logs: LogFile[] = [];
  #secrets: LocalSecrets;
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  private constructor(
    options: LocalPlatformOptions,
    opened: { lock: FolderLock; secrets: LocalSecrets; ports: Ports },
  ) {
    this.#options = options;
    this.dataDir = options.dataDir;
    this.#lock = opened.lock;
    this.#secrets = opened.secrets;
    this.#ports = opened.ports;
    this.#postgres = new KeptServer('PostgreSQL', () => this.#startPostgres(), {
      note: this.#note,
    });
    this.#nats = new KeptServer('nats-server', () => this.#startNats(), { note: this.#note });
  }

  /** Takes the folder, ends what a killed supervisor left there, opens the secrets and finds ports. Nothing runs yet. */
  static async open(options: LocalPlatformOptions): Promise<LocalPlatform> {
    const lock = FolderLock.take(options.dataDir);
    try {
      await endLeftOvers(join(options.dataDir, 'run'));
      const secrets = await openSecrets(
        secretsFile(options.dataDir),
        services,
        options.newAdminKey === true,
      );
      const ports = {
        postgres: 0,
        nats: 0,
        manager: await freePort(options.managerPort),
        gateway: await freePort(options.gatewayPort),
        sample: await freePort(options.samplePort),
      };
      return new LocalPlatform(options, { lock, secrets, ports });
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  static async start(options: LocalPlatformOptions): Promise<LocalPlatform> {
    const platform = await LocalPlatform.open(options);
    await platform.start();
    return platform;
  }

  /** Resolves once every service is ready; when one is not to be had everything is stopped again. */
  async start(): Promise<void> {
    this.#starting = this.#startAll();
    try {
      await this.#starting;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** The admin key, until it is said to have been shown: only its hash is kept from then on. */
  get adminKey(): string | undefined {
    return this.#secrets.adminKey.notShownYet;
  }

  adminKeyWasShown(): void {
    this.#secrets = forgetAdminKey(secretsFile(this.dataDir), this.#secrets);
  }

  get secrets(): LocalSecrets {
    return this.#secrets;
  }

  get ports(): Readonly<Ports> {
    return this.#ports;
  }

  get managerUrl(): string {
    return `http://127.0.0.1:${String(this.ports.manager)}/admin/v1`;
  }

  get gatewayUrl(): string {
    return `http://127.0.0.1:${String(this.ports.gateway)}/v1`;
  }

  /** Process ids by service, `postgres` and `nats` included. */
  pid(name: string): number {
    if (name === 'postgres') return this.#postgres.current?.pid ?? -1;
    if (name === 'nats') return this.#nats.current?.pid ?? -1;
    return this.processes.get(name)?.pid ?? -1;
  }

  /** A connection with all rights, to look at streams. */
  administrator(): Promise<NatsConnection> {
    return (
      this.#nats.current?.connectAdministrator() ?? Promise.reject(new Error('NATS does not run'))
    );
  }

  /** Starts one more process beside the services; it is supervised and stopped as they are. */
  async add(process: ServiceProcess): Promise<void> {
    this.processes.set(process.name, process);
    process.start();
    await process.started();
  }

  /** Ends the services first, runners before what they talk to, then NATS, then PostgreSQL. */
  stop(): Promise<void> {
    return (this.#stopping ??= this.#stopAll());
  }

  readonly #note = (text: string): void => this.#options.note?.(text);

  async #startAll(): Promise<void> {
    await this.#step('PostgreSQL', () => this.#postgres.start());
    await this.#step('nats-server', () => this.#nats.start());
    await this.#step('roles, schemas, streams', () => this.#initialise());
    await this.#step(`${String(services.length)} services`, () => this.#startServices());
  }

  async #step(title: string, work: () => Promise<unknown>): Promise<void> {
    if (this.#stopping !== undefined)
      throw new StoppedError('stopped before everything had started');
    const startedAtMs = Date.now();
    await work();
    this.#note(`${title}: ready after ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s`);
  }

  async #stopAll(): Promise<void> {
    await this.processes.get('plugin-manager')?.stop();
    await Promise.all([...this.processes.values()].map((process) => process.stop()));
    await this.#starting?.catch(() => undefined); // it ends at its next step
    await this.#nats.stop();
    await this.#postgres.stop();
    await Promise.all(this.#logs.map((log) => log.close()));
    this.#lock.release();
  }

  #startPostgres(): Promise<PostgresServer> {
    return this.#onPort('postgres', (port) =>
      PostgresServer.start({
        dataDir: join(enterableFolder(this.dataDir), 'postgres'),
        port,
        password: this.#secrets.postgresPassword,
        onOutput: this.#logOf('postgres'),
      }),
    );
  }

  #startNats(): Promise<NatsServer> {
    return this.#onPort('nats', (port) =>
      NatsServer.start({
        dataDir: join(this.dataDir, 'nats'),
        port,
        identity: this.#secrets.nats,
        onOutput: this.#logOf('nats-server'),
        onNote: this.#note,
      }),
    );
  }

  /** On any free port the first time; on the same one again, since the services know it by then. */
  async #onPort<S>(name: 'postgres' | 'nats', start: (port: number) => Promise<S>): Promise<S> {
    if (this.#ports[name] !== 0) return start(this.#ports[name]);
    return onFreePort(async (port) => {
      const server = await start(port);
      this.#ports[name] = port;
      return server;
    });
  }

  #logOf(name: string): (text: string) => void {
    const log = this.#openLog(name);
    this.#logs.push(log);
    return eachLine((line) => log.write(line));
  }

  #openLog(name: string): LogFile {
    return new LogFile(join(this.dataDir, 'logs', `${name}.log`), { note: this.#note });
  }

  /** The init step: roles, schemas, extensions, streams, consumers. Repeating it changes nothing. */
  async #initialise(): Promise<void> {
    const postgres = this.#postgres.current;
    const nats = this.#nats.current;
    if (postgres === undefined || nats === undefined) return;
    await ensureExtensions(postgres);
    const { databasePasswords } = this.#secrets;
    for (const service of services)
      await ensureServiceDatabase(postgres, service, databasePasswords[service] ?? '');
    const administrator = await nats.connectAdministrator();
    await provision(administrator);
    await administrator.close();
  }

  async #startServices(): Promise<void> {
    const run = join(this.dataDir, 'run');
    mkdirSync(run, { recursive: true, mode: 0o700 });
    const platform = {
      ports: this.#ports,
      secrets: this.#secrets,
      logLevel: this.#options.logLevel ?? 'info',
      egressOverridesFile: this.#options.egressOverridesFile,
      publicUrl: this.#options.publicUrl,
      profile: this.#options.profile,
    };
    const started = services.map((name) =>
      this.add(
        new ServiceProcess({
          name,
          entry: join(root, 'services', name, 'dist', 'main.js'),
          environment: () => ({
            ...handedOn(name, process.env),
            ...environmentOf(name, platform),
          }),
          findPort: () => this.#findPort(name),
          secrets: secretsOf(name, this.#secrets),
          log: this.#openLog(name),
          markFile: join(run, `${name}.pid`),
          note: this.#note,
        }),
      ),
    );
    await Promise.all(started);
  }

  async #findPort(name: string): Promise<void> {
    const api = apiOf(name);
    if (api !== undefined) this.#ports[api] = await freePort(this.#ports[api]);
  }
}

function secretsFile(dataDir: string): string {
  return join(dataDir, 'secrets.json');
}

/** Services end by themselves when their supervisor is gone; this waits for those that are still at it. */
async function endLeftOvers(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const marks = readdirSync(folder).filter((file) => file.endsWith('.pid'));
  await Promise.all(marks.map((file) => endMarked(join(folder, file))));
}
