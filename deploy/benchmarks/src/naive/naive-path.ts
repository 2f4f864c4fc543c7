import {
  AckPolicy,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type JetStreamManager,
} from '@nats-io/jetstream';
import { fork, type ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Client } from 'pg';
import { generatorSource, type GeneratorConfig } from '../generator/generator-plugin.ts';
import type { CpuTimes } from '../measure/cpu-times.ts';
import { cpuMs } from '../measure/processes.ts';
import type { BenchedPlatform } from '../platform/benched-platform.ts';
import {
  naiveConsumer,
  naiveStreams,
  naiveSubjects,
  type NaiveAnswer,
  type NaiveOrder,
} from './naive-messages.ts';
import { connectPostgres } from './naive-process.ts';

const roles = ['runner', 'etl', 'indexer'] as const;
const drainedEveryMs = 10;

/**
 * What one would write first: one object out of the isolate at a time, a message for each, a transaction for each, an
 * event for each, a row of the index for each. It runs on the same servers, so that the ratio to it means something.
 */
export class NaivePath {
  readonly #platform: BenchedPlatform;
  readonly #processes: Readonly<Record<(typeof roles)[number], ChildProcess>>;
  readonly #manager: JetStreamManager;
  readonly #database: Client;

  private constructor(platform: BenchedPlatform, manager: JetStreamManager, database: Client) {
    this.#platform = platform;
    this.#manager = manager;
    this.#database = database;
    this.#processes = { runner: start('runner'), etl: start('etl'), indexer: start('indexer') };
  }

  static async start(platform: BenchedPlatform): Promise<NaivePath> {
    const manager = await jetstreamManager(platform.nats);
    const options = {
      kind: 'start',
      natsPort: platform.natsPort,
      natsCredentials: platform.natsCredentials,
      postgres: platform.postgres,
      pluginSource: generatorSource(),
    } as const;
    const database = await connectPostgres(options);
    await createTables(database);
    await createStreams(manager);
    const path = new NaivePath(platform, manager, database);
    await Promise.all(Object.values(path.#processes).map((child) => order(child, options)));
    return path;
  }

  /** CPU time of its processes and of both servers. */
  cpu(): CpuTimes {
    const own = Object.entries(this.#processes).map(
      ([role, { pid }]) => [role, cpuMs(pid ?? -1)] as const,
    );
    return { ...Object.fromEntries(own), ...this.#platform.serversCpu() };
  }

  /** Resolves when every item can be found. */
  async sync(config: GeneratorConfig): Promise<void> {
    const sent = await order(this.#processes.runner, { kind: 'sync', config });
    if (sent !== config.count)
      throw new Error(`the naive path brought ${String(sent)} of ${String(config.count)} items`);
    while (await this.#isBusy()) await delay(drainedEveryMs);
  }

  /** A path that loses items proves nothing. */
  async check(items: number): Promise<void> {
    const { rows } = await this.#database.query<{ persons: number; documents: number }>(
      `select (select count(*) from person)::int as persons,
         (select count(*) from search_document)::int as documents`,
    );
    const { persons = 0, documents = 0 } = rows[0] ?? {};
    if (persons !== items || documents !== items)
      throw new Error(
        `the naive path stored ${String(persons)} and indexed ${String(documents)} of ${String(items)} items`,
      );
  }

  async clear(): Promise<void> {
    await this.#database.query('truncate person, outbox, search_document');
  }

  async stop(): Promise<void> {
    for (const child of Object.values(this.#processes)) child.disconnect();
    await this.#database.end();
    for (const name of Object.values(naiveStreams)) await this.#manager.streams.delete(name);
  }

  async #isBusy(): Promise<boolean> {
    for (const stream of Object.values(naiveStreams)) {
      const info = await this.#manager.consumers.info(stream, naiveConsumer);
      if (info.num_pending + info.num_ack_pending > 0) return true;
    }
    return false;
  }
}

function start(role: (typeof roles)[number]): ChildProcess {
  return fork(fileURLToPath(new URL(`./${role}.js`, import.meta.url)), { execArgv: [] });
}

function order(child: ChildProcess, message: NaiveOrder): Promise<number> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('a process of the naive path has ended'));
    child.once('exit', ended);
    child.once('message', ({ count, error }: NaiveAnswer) => {
      child.off('exit', ended);
      if (error === undefined) resolve(count);
      else reject(new Error(`the naive path: ${error}`));
    });
    child.send(message);
  });
}

async function createTables(database: Client): Promise<void> {
  await database.query(`drop schema if exists naive cascade; create schema naive;
    create table person (id uuid primary key default uuidv7(), external_id text not null unique,
      version int not null default 1, display_name text, given_name text, family_name text, emails text[], phones text[],
      organization text, title text, updated_at timestamptz, raw jsonb not null);
    create table outbox (id bigint generated always as identity primary key, payload text not null);
    create table search_document (entity_id uuid primary key, title text not null, body text not null, fts tsvector not null);
    create index on search_document using gin (fts);
    create index on search_document using gin (title public.gin_trgm_ops);`);
}

async function createStreams(manager: JetStreamManager): Promise<void> {
  for (const key of ['items', 'events'] as const) {
    await manager.streams.add({
      name: naiveStreams[key],
      subjects: [naiveSubjects[key]],
      storage: StorageType.File,
      retention: RetentionPolicy.Workqueue,
    });
    await manager.consumers.add(naiveStreams[key], {
      durable_name: naiveConsumer,
      ack_policy: AckPolicy.Explicit,
    });
  }
}
