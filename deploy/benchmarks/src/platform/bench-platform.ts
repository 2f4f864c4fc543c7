import { setTimeout as delay } from 'node:timers/promises';
import { generatorId, generatorManifest, generatorSource } from '../generator/generator-plugin.ts';
import { cpuBetween } from '../measure/cpu-times.ts';
import { DatabaseMeter } from '../measure/database-meter.ts';
import { MemoryWatch } from '../measure/memory-watch.ts';
import { StreamMeter } from '../measure/stream-meter.ts';
import type { BenchmarkOptions } from '../options.ts';
import type { BenchmarkResult, MeasuredSync } from '../result.ts';
import type { Run } from './admin-client.ts';
import type { BenchedPlatform } from './benched-platform.ts';

const drainedEveryMs = 25;
/** Longer than any loop of a service waits between two looks. */
const idleMs = 6000;
/** In the title of every person that the generator makes. */
const word = 'engineer';

/** Measures syncs of the platform in each phase, and what it asks of the database before the first. */
export async function benchPlatform(
  platform: BenchedPlatform,
  { items, warmUpItems, every }: BenchmarkOptions,
): Promise<Pick<BenchmarkResult, 'platform' | 'idleStatements'>> {
  const { client } = platform;
  await client.install(generatorManifest(), { 'src/index.js': generatorSource() });
  const meter = await SyncMeter.start(platform);
  try {
    await warmUp(platform, meter, warmUpItems);
    const idleStatements = await meter.idle();
    let connection = '';
    const sync = async (revision: number): Promise<Run> => {
      await client.configure(connection, { count: items, revision, every });
      return client.sync(connection);
    };
    const measure = async (work: () => Promise<Run>): Promise<MeasuredSync> => {
      const measured = await meter.measure(items, work);
      return { ...measured, found: await client.found(word, connection) };
    };
    const syncs = {
      new: await measure(async () => {
        connection = await client.connect(generatorId, { count: items, revision: 0, every });
        return client.firstRun(connection);
      }),
      same: await measure(() => sync(0)),
      changed: await measure(() => sync(1)),
    };
    return { platform: syncs, idleStatements };
  } finally {
    await meter.close();
  }
}

/** Through a connection of its own. */
async function warmUp({ client }: BenchedPlatform, meter: SyncMeter, count: number): Promise<void> {
  const connection = await client.connect(generatorId, { count, revision: 0, every: 1 });
  await client.firstRun(connection);
  await client.configure(connection, { count, revision: 1, every: 1 });
  await client.sync(connection);
  await meter.drained();
}

/** Counts everything from before a sync until all that it brought can be found. */
class SyncMeter {
  readonly #platform: BenchedPlatform;
  readonly #database: DatabaseMeter;
  readonly #streams: StreamMeter;

  private constructor(platform: BenchedPlatform, database: DatabaseMeter, streams: StreamMeter) {
    this.#platform = platform;
    this.#database = database;
    this.#streams = streams;
  }

  static async start(platform: BenchedPlatform): Promise<SyncMeter> {
    return new SyncMeter(
      platform,
      await DatabaseMeter.connect(platform.postgres),
      await StreamMeter.connect(platform.nats),
    );
  }

  async measure(items: number, work: () => Promise<Run>): Promise<Omit<MeasuredSync, 'found'>> {
    await this.#database.begin();
    await this.#streams.begin();
    const watch = new MemoryWatch(() => this.#platform.watched());
    const before = this.#platform.cpu();
    const started = performance.now();
    const { counts = {} } = await work();
    await this.drained();
    const wallMs = performance.now() - started;
    const cpuMs = cpuBetween(before, this.#platform.cpu());
    return {
      items,
      wallMs,
      cpuMs,
      counts,
      memory: watch.stop(),
      messages: await this.#streams.end(),
      database: await this.#database.end(),
    };
  }

  /** Statements a second by role. */
  async idle(): Promise<Record<string, number>> {
    await this.#database.begin();
    const started = performance.now();
    await delay(idleMs);
    const seconds = (performance.now() - started) / 1000;
    const calls = Object.entries(await this.#database.statements());
    return Object.fromEntries(calls.map(([role, count]) => [role, count / seconds]));
  }

  async drained(): Promise<void> {
    while ((await this.#database.waiting()) + (await this.#streams.waiting()) > 0)
      await delay(drainedEveryMs);
  }

  async close(): Promise<void> {
    await this.#database.close();
  }
}
