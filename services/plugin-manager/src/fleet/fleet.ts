import type { Manifest } from '@made-open/manifest';
import type { Logger } from '@made-open/nest';
import type { AuditLog } from '../audit/audit-log.ts';
import type { ConnectionStore } from '../connections/connection-store.ts';
import type { OverrideFile } from '../egress/override-file.ts';
import { everyPlugin } from '../plugins/every-plugin.ts';
import type { PluginStore } from '../plugins/plugin-store.ts';
import { roomFor, type RunnerForm } from './desired-runner.ts';
import { DesiredSets } from './desired-sets.ts';
import type { FleetDriver, RunnerSet, RunnerSetStatus } from './fleet-driver.ts';
import type { FleetLease } from './lease/fleet-lease.ts';
import type { FleetNews } from './lease/fleet-news.ts';
import type { FleetStore } from './store/fleet-store.ts';
import { FleetLoop, type Again } from './fleet-loop.ts';
import { ReconcileFleet } from './reconcile-fleet.ts';
import type { DueRuns } from '../scaling/demand/due-runs.ts';
import { DueWatch } from '../scaling/demand/due-watch.ts';
import { Scaler } from '../scaling/scaler.ts';
import type { ScalingLimits } from '../scaling/scaling-policy.ts';
import type { ScalingStore } from '../scaling/scaling-store.ts';
import type { WorkQueues } from '../scaling/demand/work-queues.ts';
import { WorkWatch } from '../scaling/demand/work-watch.ts';
import { UntilDone } from '../until-done.ts';
import { runnerView, type RunnerView } from './runner-view.ts';

export interface FleetSources {
  readonly plugins: PluginStore;
  readonly connections: ConnectionStore;
  readonly overrides: OverrideFile;
  readonly audit: AuditLog;
  readonly queues: WorkQueues;
  readonly dueRuns: DueRuns;
  readonly scaling: ScalingStore;
  readonly limits: ScalingLimits;
  /** Where every manager finds what the one that keeps the runners knows, and leaves what it is to do. */
  readonly store: FleetStore;
  /** Says which of several managers keeps the runners. */
  readonly lease: FleetLease;
  /** Announces that a plugin is held back. */
  readonly announceCrash: (
    runner: Pick<RunnerSet, 'pluginId' | 'version'>,
    reason: string,
  ) => Promise<void>;
}

/** The runners of this platform: desired from what is stored, kept by the driver. */
export class Fleet {
  readonly #driver: FleetDriver;
  readonly #sources: FleetSources;
  readonly #scaler: Scaler;
  readonly #loop: FleetLoop;
  readonly #watch: WorkWatch;
  readonly #dueWatch: DueWatch;
  readonly #start: UntilDone;

  constructor(driver: FleetDriver, sources: FleetSources, logger: Logger) {
    this.#driver = driver;
    this.#sources = sources;
    const { queues, dueRuns, limits, scaling } = sources;
    const dueInSeconds = (pluginId: string) => this.#dueWatch.dueInSeconds(pluginId);
    this.#scaler = new Scaler({ queues, store: scaling, limits, dueInSeconds, logger });
    const desired = new DesiredSets(driver, this.#scaler, sources);
    const reconciler = new ReconcileFleet({
      driver,
      desiredSets: (pluginId) => desired.of(pluginId),
      onCrashed: (set, reason) => this.#crashed(set, reason),
      logger,
    });
    this.#loop = new FleetLoop({
      reconcile: (pluginId) => this.#keep(reconciler, pluginId),
      keys: () => this.#keys(),
      logger,
    });
    const look = (pluginId: string): void => this.look(pluginId);
    this.#watch = new WorkWatch({ queues, onWork: look, logger });
    this.#dueWatch = new DueWatch({ dueRuns, onDue: look, logger });
    this.#start = new UntilDone(
      async () => {
        await driver.start((pluginId) => this.#loop.kick(pluginId));
        sources.lease.start({
          onChange: (isHeld) => this.#leased(isHeld),
          onNews: (news) => this.#hear(news),
        });
        this.#loop.start();
        this.#watch.start();
        this.#dueWatch.start();
      },
      (error) => logger.warn('what runs already cannot be told', { error }),
    );
  }

  start(): void {
    this.#start.start();
  }

  /** Something changed for this plugin. */
  kick(pluginId: string): void {
    if (this.#sources.lease.isHeld) this.#scaler.touch(pluginId);
    this.#loop.kick(pluginId);
  }

  /** Something was decided for this plugin. */
  look(pluginId: string): void {
    this.#loop.kick(pluginId);
  }

  /** Something changed for every plugin. */
  kickAll(): void {
    this.#loop.kickAll();
  }

  async view(): Promise<RunnerView[]> {
    return (await this.#all()).map(runnerView);
  }

  async sets(pluginId: string): Promise<readonly RunnerSetStatus[]> {
    return (await this.#all()).filter((set) => set.pluginId === pluginId);
  }

  /** Runs that a runner of a version with this manifest takes at a time. */
  concurrencyOf(manifest: Pick<Manifest, 'scaling' | 'limits'>): number {
    return this.#driver.concurrencyOf(roomFor(manifest, this.#sources.limits));
  }

  /** False: there is no such runner. */
  async reset(pluginId: string): Promise<boolean> {
    if ((await this.sets(pluginId)).length === 0) return false;
    await this.#sources.store.askReset(pluginId);
    this.kick(pluginId);
    return true;
  }

  async stop(): Promise<void> {
    const started = this.#start.stop();
    await this.#loop.stop();
    await this.#driver.stop();
    await started;
    await this.#watch.stop();
    await this.#dueWatch.stop();
    await this.#sources.lease.stop();
  }

  async #keep(reconciler: ReconcileFleet, pluginId: string): Promise<Again> {
    const { lease } = this.#sources;
    if (!lease.isHeld) return {};
    try {
      await reconciler.reconcile(pluginId);
      await this.#resetAsked(pluginId);
    } finally {
      // It may have been lost meanwhile, and then this came too late.
      if (lease.isHeld) await this.#note(pluginId);
      else await this.#driver.release();
    }
    return { againInMs: this.#scaler.lookAgainInMs(pluginId) };
  }

  /** What only its keeper knows, why a set was refused for example, is the same at every manager. */
  #all(): Promise<readonly RunnerSetStatus[]> {
    const { lease, store } = this.#sources;
    return lease.isHeld ? Promise.resolve(this.#driver.list()) : store.sets();
  }

  #own(pluginId: string): RunnerSetStatus[] {
    return this.#driver.list().filter((set) => set.pluginId === pluginId);
  }

  async #note(pluginId: string): Promise<void> {
    await this.#sources.store.note(pluginId, this.#own(pluginId));
  }

  /** What was asked for at any manager, and maybe while another one kept the runners; the driver knows what it keeps by now. */
  async #resetAsked(pluginId: string): Promise<void> {
    const { store } = this.#sources;
    const asked = await store.askedReset(pluginId);
    if (asked === undefined) return;
    for (const set of this.#own(pluginId)) await this.#driver.reset(set);
    await store.endReset(pluginId, asked);
    // Held back it had no runners; there may be work by now.
    this.kick(pluginId);
  }

  #hear({ pluginId, isChange }: FleetNews): void {
    if (isChange) this.kick(pluginId);
    else this.look(pluginId);
  }

  /** What was remembered of work is old by the time the lease comes back. */
  #leased(isHeld: boolean): void {
    this.#scaler.forgetAll();
    if (isHeld) this.#loop.kickAll();
    else void this.#driver.release();
  }

  async #crashed(set: RunnerForm, reason: string): Promise<void> {
    await this.#sources.announceCrash(set, reason);
    const target = `${set.pluginId} ${set.version}`;
    await this.#sources.audit.append({ who: 'system', action: 'runner.crashed', target }, reason);
  }

  async #keys(): Promise<string[]> {
    const known = [...this.#driver.list(), ...(await this.#sources.store.sets())];
    const keys = new Set(known.map(({ pluginId }) => pluginId));
    for await (const { id, activeVersion } of everyPlugin(this.#sources.plugins))
      if (activeVersion !== undefined) keys.add(id);
    return [...keys];
  }
}
