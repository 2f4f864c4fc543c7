import {
  contactsKey,
  contactsPlugin,
  InstalledPlatform,
  measureMemory,
  OutsideWorld,
  PlatformClient,
  podsOf,
  runnerPodsOf,
} from '@made-open/cluster-stories';
import { sampleContacts } from '@made-open/sample';
import { missingParts } from '@made-open/test-cluster';
import { eventually } from '@made-open/testing';
import { loadavg } from 'node:os';
import type { ClusterResult } from './cluster-result.ts';

/** A look at an API while something is timed: often, and not so often that it takes part in the work. */
const closely = { timeoutMs: 120_000, everyMs: 20 };
const patiently = { timeoutMs: 120_000, everyMs: 500 };
/** Long enough for a second sync while the pod is there, on a busy machine, too. */
const scaling = { min: 0, max: 1, idleSeconds: 5 };

/** How fast and how large runners are as pods of a test cluster; throws where none can run. */
export async function benchCluster(
  rounds: number,
  note: (text: string) => void,
): Promise<ClusterResult> {
  const missing = await missingParts();
  if (missing.length > 0) throw new Error(`no test cluster can run here: ${missing.join('; ')}`);
  const outside = await OutsideWorld.start();
  const before = loadavg()[0] ?? 0;
  note('starting a cluster with the platform');
  const platform = await InstalledPlatform.prepare(note);
  try {
    await platform.install(await outside.openTo(platform));
    const bench = new ClusterBench(platform, await PlatformClient.of(platform), outside);
    const figures = await bench.run(rounds, note);
    return { ...figures, load: [before, loadavg()[0] ?? 0] };
  } finally {
    await outside.stop();
    await platform.stop();
  }
}

class ClusterBench {
  readonly #platform: InstalledPlatform;
  readonly #api: PlatformClient;
  readonly #outside: OutsideWorld;

  constructor(platform: InstalledPlatform, api: PlatformClient, outside: OutsideWorld) {
    this.#platform = platform;
    this.#api = api;
    this.#outside = outside;
    outside.contacts.contacts = sampleContacts(50);
  }

  async run(rounds: number, note: (text: string) => void): Promise<Omit<ClusterResult, 'load'>> {
    const firstResultMs: number[] = [];
    const fromZeroMs: number[] = [];
    const warmMs: number[] = [];
    for (let round = 1; round <= rounds; round++) {
      note(`round ${String(round)} of ${String(rounds)}`);
      const id = `com.example.bench-${String(round)}`;
      await this.#api.push(contactsPlugin(id, { scaling }));
      const { ms, connection } = await this.#approveAndConnect(id);
      firstResultMs.push(ms);
      await this.#api.settledRuns(connection);
      await this.#noPods(id);
      fromZeroMs.push(await this.#untilAsked(connection));
      await this.#api.settledRuns(connection, 2);
      warmMs.push(await this.#untilAsked(connection));
      await this.#api.settledRuns(connection, 3);
      await this.#noPods(id);
    }
    return { firstResultMs, fromZeroMs, warmMs, memory: await this.#memory() };
  }

  /** From the approval to the first entity that a client can read. */
  async #approveAndConnect(id: string): Promise<{ ms: number; connection: string }> {
    const startedAtMs = performance.now();
    await this.#api.approve(contactsPlugin(id, { scaling }));
    const connection = await this.#api.connect(id, { apiKey: contactsKey });
    await eventually(async () => {
      const ids = await this.#api.idsOf('persons', connection);
      if (ids.length === 0) throw new Error('there is no person yet');
    }, closely);
    return { ms: performance.now() - startedAtMs, connection };
  }

  /** From the wish for a sync to the first thing that the plugin does. */
  async #untilAsked(connection: string): Promise<number> {
    const { contacts } = this.#outside;
    const asked = Promise.withResolvers<void>();
    contacts.beforePage = () => Promise.resolve(asked.resolve());
    const startedAtMs = performance.now();
    await this.#api.sync(connection);
    await asked.promise;
    return performance.now() - startedAtMs;
  }

  async #noPods(id: string): Promise<void> {
    await eventually(async () => {
      const { length } = await runnerPodsOf(this.#platform, id);
      if (length > 0) throw new Error(`${id} still has ${String(length)} pods`);
    }, patiently);
  }

  /** Of everything at rest, and of a runner that has worked. */
  async #memory(): Promise<ClusterResult['memory']> {
    const id = 'com.example.bench-stays';
    const plugin = contactsPlugin(id, { scaling: { min: 1, max: 1 } });
    await this.#api.install(plugin);
    await this.#api.settledRuns(await this.#api.connect(id, { apiKey: contactsKey }));
    return await eventually(async () => {
      const pods = [...(await podsOf(this.#platform)), ...(await runnerPodsOf(this.#platform, id))];
      const measured = await measureMemory(this.#platform, pods);
      if (measured.some(({ workingSetMib }) => workingSetMib === 0))
        throw new Error('the kubelet has not looked at every pod yet');
      return measured;
    }, patiently);
  }
}
