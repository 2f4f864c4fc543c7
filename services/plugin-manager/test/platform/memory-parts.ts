import type { Logger } from '@made-open/nest';
import { BlockList } from 'node:net';
import { MemoryAuditLog } from '../../src/audit/memory-audit-log.ts';
import { ChangeConnection } from '../../src/connections/change-connection.ts';
import { MemoryConfigVault } from '../../src/configs/memory-config-vault.ts';
import { TestQueue, type QueuedTest } from '../../src/connection-tests/test-queue.ts';
import { MemoryConnectionStore } from '../../src/connections/memory-connection-store.ts';
import { OverrideFile } from '../../src/egress/override-file.ts';
import type { FleetDriver, RunnerLane, RunnerSet } from '../../src/fleet/fleet-driver.ts';
import { Fleet, type FleetSources } from '../../src/fleet/fleet.ts';
import { MemoryFleetStore } from '../../src/fleet/store/memory-fleet-store.ts';
import { ProcessFleetDriver } from '../../src/runners/process-fleet-driver.ts';
import { RunnerLauncher, type Runner } from '../../src/runners/runner-launcher.ts';
import type { RunnerQueue } from '@made-open/bus';
import { MemoryFleetLease } from './memory-fleet-lease.ts';
import { MemoryScalingStore } from '../../src/scaling/memory-scaling-store.ts';
import { DueRuns } from '../../src/scaling/demand/due-runs.ts';
import { WorkQueues } from '../../src/scaling/demand/work-queues.ts';
import { ClientKeys } from '../../src/keys/client-keys.ts';
import { MemoryKeyStore } from '../../src/keys/memory-key-store.ts';
import type { ManagerParts } from '../../src/manager-parts.ts';
import { MemoryAccounts } from '../../src/oauth/memory-accounts.ts';
import { MemoryPeople } from '../../src/people/memory-people.ts';
import { MemoryPluginStore } from '../../src/plugins/memory-plugin-store.ts';
import { MemoryManifestStore } from '../../src/http-manifests/memory-manifest-store.ts';
import { MemoryProviderStore } from '../../src/providers/memory-provider-store.ts';
import { Profile } from '../../src/profile/profile.ts';
import { Catalog } from '../../src/registry/catalog.ts';
import { PluginSource } from '../../src/registry/plugin-source.ts';
import { MemoryRunLogStore } from '../../src/runs/logs/memory-run-log-store.ts';
import { RunSource } from '../../src/runs/run-source.ts';
import { Deliveries } from '../../src/deliveries/deliveries.ts';
import { MemorySubscriptions } from './memory-subscriptions.ts';
import { Endpoints } from '../../src/endpoints/endpoints.ts';
import { Rules } from '../../src/rules/rules.ts';
import { SearchIndexes } from '../../src/search/search-indexes.ts';
import { MemoryTaskStore } from '../../src/tasks/memory-task-store.ts';
import { canariesOf } from '../../src/versions/canary/watch-canaries.ts';
import { TaskLoop } from '../../src/tasks/task-loop.ts';
import { taskSteps } from '../../src/tasks/task-steps.ts';
import { NoPods } from '../../src/kubernetes/identity/no-pods.ts';

/** A logger that keeps messages. */
export class MemoryLogger implements Logger {
  readonly messages: string[] = [];

  debug(): void {
    // Too much to keep.
  }
  info(message: string): void {
    this.messages.push(message);
  }
  warn(message: string): void {
    this.messages.push(message);
  }
  error(message: string): void {
    this.messages.push(message);
  }
  child(): Logger {
    return this;
  }
}

/** A runner that does what a test wants. */
export class MemoryRunner implements Runner {
  readonly pid = 1;
  readonly form: RunnerSet;
  readonly ready: Promise<void>;
  readonly exit: Promise<string>;
  isStopped = false;
  /** Holds up the end of one that was asked to stop. */
  isDeaf = false;
  #begin: () => void = () => undefined;
  #end: (how: string) => void = () => undefined;

  constructor(form: RunnerSet) {
    this.form = form;
    this.ready = new Promise((resolve) => (this.#begin = resolve));
    this.exit = new Promise((resolve) => (this.#end = resolve));
  }

  begin(): void {
    this.#begin();
  }

  end(how: string): void {
    this.#end(how);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    if (!this.isDeaf) this.end('SIGTERM');
    await this.exit;
  }
}

/** Runners in memory. */
export class MemoryRunnerLauncher extends RunnerLauncher {
  readonly launched: MemoryRunner[] = [];
  /** Thrown by every launch while it is set. */
  failure: Error | undefined;
  /** Whether runners take work as soon as they are there. */
  areReady = true;

  override launch(form: RunnerSet): Promise<MemoryRunner> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const runner = new MemoryRunner(form);
    if (this.areReady) runner.begin();
    this.launched.push(runner);
    return Promise.resolve(runner);
  }

  get last(): MemoryRunner {
    const last = this.launched.at(-1);
    if (last === undefined) throw new Error('no runner was launched');
    return last;
  }

  /** Those that nobody has asked to stop. */
  get running(): MemoryRunner[] {
    return this.launched.filter(({ isStopped }) => !isStopped);
  }
}

/** Work in memory. */
export class MemoryWorkQueues extends WorkQueues {
  readonly work = new Map<string, RunnerQueue>();
  /** Of versions that are tried out. */
  readonly tried = new Map<string, RunnerQueue>();
  /** Thrown by every look while it is set. */
  failure: Error | undefined;
  /** How often somebody has looked. */
  looks = 0;

  override queue(pluginId: string, lane: RunnerLane): Promise<RunnerQueue> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const none = { waiting: 0, inHand: 0, oldestAt: undefined };
    const work = lane === 'canary' ? this.tried : this.work;
    return Promise.resolve(work.get(pluginId) ?? none);
  }

  override busy(): Promise<ReadonlySet<string>> {
    this.looks++;
    if (this.failure !== undefined) return Promise.reject(this.failure);
    return Promise.resolve(new Set(this.work.keys()));
  }
}

/** Scheduled runs in memory. */
export class MemoryDueRuns extends DueRuns {
  readonly due = new Map<string, number>();
  /** Thrown by every look while it is set. */
  failure: Error | undefined;
  /** How often somebody has looked. */
  looks = 0;

  override within(): Promise<ReadonlyMap<string, number>> {
    this.looks++;
    return this.failure === undefined ? Promise.resolve(this.due) : Promise.reject(this.failure);
  }
}

/** Tests in memory. */
export class MemoryTestQueue extends TestQueue {
  readonly tests: QueuedTest[] = [];
  /** What a runner does with each. */
  onTest: (test: QueuedTest) => Promise<void> = () => Promise.resolve();

  override async add(test: QueuedTest): Promise<void> {
    this.tests.push(test);
    await this.onTest(test);
  }
}

export class MemoryClientKeys extends ClientKeys {
  readonly known = new Set<string>();

  override register({ id }: { id: string }): Promise<void> {
    this.known.add(id);
    return Promise.resolve();
  }

  override revoke(id: string): Promise<void> {
    this.known.delete(id);
    return Promise.resolve();
  }
}

class NoRuns extends RunSource {
  override request() {
    return Promise.resolve({ run: undefined, isOlder: false });
  }
  override runs() {
    return Promise.resolve({ data: [], next: undefined });
  }
  override run() {
    return Promise.resolve(undefined);
  }
  override cancel() {
    return Promise.resolve(undefined);
  }
  override quarantine() {
    return Promise.resolve({ data: [], next: undefined });
  }
  override resolveSweep() {
    return Promise.resolve(0);
  }
  override replay() {
    return Promise.resolve({ replayed: 0, refused: 0, next: undefined });
  }
  override erase() {
    return Promise.resolve({ isDone: true, erased: 0 });
  }
  override checkpoints() {
    return Promise.resolve([]);
  }
  override unreadableCheckpoints() {
    return Promise.resolve({ ids: [], total: 0 });
  }
  override rewind() {
    return Promise.resolve();
  }
  override drop() {
    return Promise.resolve(0);
  }
}

/** The parts of the service without anything outside the process. */
export function memoryParts() {
  const plugins = new MemoryPluginStore();
  const connections = new MemoryConnectionStore(plugins);
  const audit = new MemoryAuditLog();
  const logger = new MemoryLogger();
  const launcher = new MemoryRunnerLauncher();
  const driver = new ProcessFleetDriver(launcher, logger);
  const overrides = new OverrideFile(undefined, logger);
  const crashed: string[] = [];
  const announceCrash = ({ pluginId }: Pick<RunnerSet, 'pluginId'>, reason: string) =>
    Promise.resolve(void crashed.push(`${pluginId}: ${reason}`));
  const tasks = new MemoryTaskStore(
    audit,
    async ({ connectionId, kind }) =>
      (await connections.find(connectionId)) !== undefined ||
      (kind === 'delete' && (await connections.findDeleted(connectionId)) !== undefined),
  );
  const runs: RunSource = new NoRuns();
  const queues = new MemoryWorkQueues();
  const scaling = new MemoryScalingStore();
  const lease = new MemoryFleetLease();
  const fleetStore = new MemoryFleetStore();
  const profile = new Profile('standard');
  const limits = { maxReplicas: 10, concurrency: 4, idleSeconds: 0 };
  const sources = {
    plugins,
    connections,
    overrides,
    audit,
    queues,
    dueRuns: new MemoryDueRuns(),
    scaling,
    limits,
    store: fleetStore,
    lease,
    announceCrash,
  };
  const vault = new MemoryConfigVault();
  const nobody = { call: () => Promise.reject(new Error('nobody answers')) };
  const changes = new ChangeConnection(plugins, connections, vault);
  const subscriptions = new MemorySubscriptions();
  const fleet = new Fleet(driver, sources, logger);
  const parts = {
    plugins,
    connections,
    manifests: new MemoryManifestStore(),
    providers: new MemoryProviderStore(connections),
    vault,
    accounts: new MemoryAccounts(),
    runLogs: new MemoryRunLogStore(),
    runs,
    people: new MemoryPeople(),
    rules: new Rules(nobody),
    deliveries: new Deliveries(nobody),
    subscriptions,
    endpoints: new Endpoints(nobody, vault),
    searchIndexes: new SearchIndexes(nobody),
    tasks,
    taskLoop: new TaskLoop({
      store: tasks,
      steps: taskSteps(runs, { connections, changes, subscriptions }),
      logger,
    }),
    audit,
    keys: new MemoryKeyStore(),
    clientKeys: new MemoryClientKeys(),
    overrides,
    scaling,
    catalog: new Catalog({}),
    pluginSource: new PluginSource([], () => ({})),
    limits,
    profile,
    identities: new NoPods(),
    fleet,
    canaries: canariesOf(fleet, 300_000, {
      plugins,
      connections,
      vault,
      runs,
      audit,
      profile,
      logger,
    }),
    testQueue: new MemoryTestQueue(),
    testMs: 30_000,
    publicUrl: 'https://api.example.com',
    hasBuilder: true,
    callers: {
      bootstrapKey: undefined,
      rate: { perSecond: 10, burst: 100 },
      trustedProxies: new BlockList(),
    },
    tokens: undefined,
  } satisfies ManagerParts;
  /** Another manager of the same platform. */
  const beside = (own: Pick<FleetSources, 'lease'> & { readonly driver: FleetDriver }): Fleet =>
    new Fleet(own.driver, { ...sources, lease: own.lease }, logger);
  return { ...parts, launcher, queues, lease, fleetStore, logger, crashed, beside };
}
