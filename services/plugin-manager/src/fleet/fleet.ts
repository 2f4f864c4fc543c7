import { RunnerCrashedSchema } from '@made-open/contracts';
import type { Logger } from '@made-open/nest';
import { appendOutboxRows } from '@made-open/postgres';
import type { Pool } from 'pg';
import type { AuditLog } from '../audit/audit-log.ts';
import type { ConnectionStore } from '../connections/connection-store.ts';
import type { OverrideFile } from '../egress/override-file.ts';
import { inTransaction } from '../in-transaction.ts';
import { outgoing } from '../outbox.ts';
import { everyPlugin } from '../plugins/every-plugin.ts';
import { grantsOf, manifestOf } from '../plugins/plugin.ts';
import type { PluginStore } from '../plugins/plugin-store.ts';
import { desiredRunner, type RunnerForm } from './desired-runner.ts';
import type { FleetDriver, RunnerSet } from './fleet-driver.ts';
import { FleetLoop } from './fleet-loop.ts';
import type { IdleTimes } from './idle-times.ts';
import { ReconcileFleet } from './reconcile-fleet.ts';
import { UntilDone } from '../until-done.ts';
import { runnerView, type RunnerView } from './runner-view.ts';

export interface FleetSources {
  readonly plugins: PluginStore;
  readonly connections: ConnectionStore;
  readonly overrides: OverrideFile;
  readonly audit: AuditLog;
  readonly idleTimes: IdleTimes;
  /** Runs at a time in one runner, unless its plugin says otherwise. */
  readonly concurrency: number;
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
  readonly #loop: FleetLoop;
  readonly #start: UntilDone;

  constructor(driver: FleetDriver, sources: FleetSources, logger: Logger) {
    this.#driver = driver;
    this.#sources = sources;
    const reconciler = new ReconcileFleet({
      driver,
      desiredSets: (pluginId) => this.#desiredSets(pluginId),
      onCrashed: (set, reason) => this.#crashed(set, reason),
      logger,
    });
    this.#loop = new FleetLoop({
      reconcile: (pluginId) => reconciler.reconcile(pluginId),
      keys: () => this.#keys(),
      logger,
    });
    this.#start = new UntilDone(
      async () => {
        await driver.start((pluginId) => this.#loop.kick(pluginId));
        this.#loop.start();
      },
      (error) => logger.warn('what runs already cannot be told', { error }),
    );
  }

  start(): void {
    this.#start.start();
  }

  /** Something changed for this plugin. */
  kick(pluginId: string): void {
    this.#sources.idleTimes.touch(pluginId);
    this.#loop.kick(pluginId);
  }

  /** Something changed for every plugin. */
  kickAll(): void {
    this.#loop.kickAll();
  }

  view(): RunnerView[] {
    return this.#driver.list().map(runnerView);
  }

  /** False: there is no such runner. */
  async reset(pluginId: string): Promise<boolean> {
    const sets = this.#driver.list().filter((set) => set.pluginId === pluginId);
    for (const set of sets) await this.#driver.reset(set);
    this.kick(pluginId);
    return sets.length > 0;
  }

  async stop(): Promise<void> {
    const started = this.#start.stop();
    await this.#loop.stop();
    await this.#driver.stop();
    await started;
  }

  async #desiredSets(pluginId: string): Promise<RunnerSet[]> {
    const form = await this.#activeForm(pluginId);
    return form === undefined ? [] : [form];
  }

  async #activeForm(pluginId: string): Promise<RunnerSet | undefined> {
    const { plugins, connections, overrides, idleTimes, concurrency } = this.#sources;
    const plugin = await plugins.plugin(pluginId);
    if (plugin?.activeVersion === undefined) return undefined;
    const version = await plugins.version(pluginId, plugin.activeVersion);
    if (version === undefined) return undefined;
    const form = desiredRunner({
      plugin,
      version,
      connections: await connections.ofPlugin(pluginId),
      overrides: overrides.jsonFor(grantsOf(plugin, version)),
      concurrency,
    });
    const isIdle = form !== undefined && (await idleTimes.isIdle(manifestOf(version)));
    return form && { ...form, replicas: isIdle ? 0 : 1 };
  }

  async #crashed(set: RunnerForm, reason: string): Promise<void> {
    await this.#sources.announceCrash(set, reason);
    const target = `${set.pluginId} ${set.version}`;
    await this.#sources.audit.append({ who: 'system', action: 'runner.crashed', target }, reason);
  }

  async #keys(): Promise<string[]> {
    const keys = new Set(this.#driver.list().map(({ pluginId }) => pluginId));
    for await (const { id, activeVersion } of everyPlugin(this.#sources.plugins))
      if (activeVersion !== undefined) keys.add(id);
    return [...keys];
  }
}

/** Puts RunnerCrashed into the outbox. */
export function announceCrash(pool: Pool): FleetSources['announceCrash'] {
  return ({ pluginId, version }, reason) =>
    inTransaction(pool, (client) =>
      appendOutboxRows(client, [outgoing(RunnerCrashedSchema, { pluginId, version, reason })]),
    );
}
