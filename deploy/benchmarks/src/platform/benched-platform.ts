import { enterableFolder, LocalPlatform } from '@made-open/local';
import type { NatsConnection } from '@nats-io/transport-node';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { CpuTimes } from '../measure/cpu-times.ts';
import { childrenCpuMs, childrenOf, commandOf, cpuMs } from '../measure/processes.ts';
import { AdminClient } from './admin-client.ts';

/** The whole platform in a temporary folder, every service a process of its own, in a PostgreSQL that counts statements. */
export class BenchedPlatform {
  readonly client: AdminClient;
  readonly nats: NatsConnection;
  readonly #platform: LocalPlatform;

  private constructor(platform: LocalPlatform, nats: NatsConnection, key: string) {
    this.#platform = platform;
    this.nats = nats;
    this.client = new AdminClient({ ...urlsOf(platform), key });
  }

  static async start(): Promise<BenchedPlatform> {
    const dataDir = mkdtempSync(join(tmpdir(), 'made-open-bench-'));
    try {
      const first = await LocalPlatform.start({ dataDir });
      try {
        await countStatements(first);
      } finally {
        await first.stop();
      }
      // PostgreSQL takes the library at this start.
      const platform = await LocalPlatform.start({ dataDir });
      return new BenchedPlatform(platform, await platform.administrator(), first.adminKey ?? '');
    } catch (error) {
      remove(dataDir);
      throw error;
    }
  }

  /** Of the superuser. */
  get postgres(): { port: number; password: string } {
    const { ports, secrets } = this.#platform;
    return { port: ports.postgres, password: secrets.postgresPassword };
  }

  get natsPort(): number {
    return this.#platform.ports.nats;
  }

  get natsCredentials(): string {
    return this.#platform.secrets.nats.credentials['administrator'] ?? '';
  }

  /** CPU time of both servers. */
  serversCpu(): CpuTimes {
    const postgres = this.#platform.pid('postgres');
    return {
      nats: cpuMs(this.#platform.pid('nats')),
      postgres: cpuMs(postgres) + childrenCpuMs(postgres),
    };
  }

  /** CPU time of everything that belongs to the platform. */
  cpu(): CpuTimes {
    const runner = this.#runner();
    const hot = ['etl', 'search-indexer'];
    const others = [...this.#platform.processes.keys()].filter((name) => !hot.includes(name));
    return {
      runner: cpuMs(runner),
      // Every run has a sandbox process of its own, which has ended by the time one looks.
      sandbox: childrenCpuMs(runner),
      ...Object.fromEntries(hot.map((name) => [name, cpuMs(this.#platform.pid(name))])),
      ...this.serversCpu(),
      others: others.reduce((sum, name) => sum + cpuMs(this.#platform.pid(name)), 0),
    };
  }

  /** Processes whose memory must not grow with the number of items. */
  watched(): Record<string, number> {
    const runner = this.#runner();
    const sandbox = childrenOf(runner).find(({ pid }) => commandOf(pid).includes('sandbox-main'));
    return {
      runner,
      ...(sandbox === undefined ? {} : { sandbox: sandbox.pid }),
      etl: this.#platform.pid('etl'),
      'search-indexer': this.#platform.pid('search-indexer'),
    };
  }

  async stop(): Promise<void> {
    await this.nats.close();
    await this.#platform.stop();
    remove(this.#platform.dataDir);
  }

  #runner(): number {
    const manager = this.#platform.pid('plugin-manager');
    const runner = childrenOf(manager).find(({ pid }) => commandOf(pid).includes('plugin-runner'));
    if (runner === undefined) throw new Error('plugin-manager has started no runner');
    return runner.pid;
  }
}

function urlsOf({ managerUrl, gatewayUrl }: LocalPlatform) {
  return { managerUrl, gatewayUrl };
}

async function countStatements({ ports, secrets }: LocalPlatform): Promise<void> {
  const client = new Client({
    host: '127.0.0.1',
    port: ports.postgres,
    user: 'postgres',
    database: 'postgres',
    password: secrets.postgresPassword,
  });
  await client.connect();
  await client.query("alter system set shared_preload_libraries = 'pg_stat_statements'");
  await client.end();
}

function remove(dataDir: string): void {
  for (const folder of new Set([dataDir, enterableFolder(dataDir)]))
    rmSync(folder, { recursive: true, force: true });
}
