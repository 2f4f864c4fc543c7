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
import { desiredRunner, type DesiredRunner, type NeededRunner } from './desired-runner.ts';
import { FleetLoop } from './fleet-loop.ts';
import type { IdleTimes } from './idle-times.ts';
import { ReconcileFleet, type RunnerView } from './reconcile-fleet.ts';
import type { RunnerDriver } from '../runners/runner-driver.ts';

export interface FleetSources {
  readonly plugins: PluginStore;
  readonly connections: ConnectionStore;
  readonly overrides: OverrideFile;
  readonly audit: AuditLog;
  readonly idleTimes: IdleTimes;
  /** Announces that a plugin is held back. */
  readonly announceCrash: (runner: DesiredRunner, reason: string) => Promise<void>;
}

/** The runners of this platform: desired from what is stored, kept by the reconciler. */
export class Fleet {
  readonly #sources: FleetSources;
  readonly #reconciler: ReconcileFleet;
  readonly #loop: FleetLoop;

  constructor(driver: RunnerDriver, sources: FleetSources, logger: Logger) {
    this.#sources = sources;
    this.#reconciler = new ReconcileFleet({
      driver,
      desired: (pluginId) => this.#desired(pluginId),
      onExit: (pluginId) => this.#loop.kick(pluginId),
      onCrashed: (runner, reason) => this.#crashed(runner, reason),
      logger,
    });
    this.#loop = new FleetLoop({
      reconcile: (pluginId) => this.#reconciler.reconcile(pluginId),
      keys: () => this.#keys(),
      logger,
    });
  }

  start(): void {
    this.#loop.start();
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
    return this.#reconciler.view();
  }

  /** False: there is no such runner. */
  reset(pluginId: string): boolean {
    const isKnown = this.#reconciler.reset(pluginId);
    this.kick(pluginId);
    return isKnown;
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
    await this.#reconciler.stop();
  }

  async #desired(pluginId: string): Promise<NeededRunner | undefined> {
    const { plugins, connections, overrides, idleTimes } = this.#sources;
    const plugin = await plugins.plugin(pluginId);
    if (plugin?.activeVersion === undefined) return undefined;
    const version = await plugins.version(pluginId, plugin.activeVersion);
    if (version === undefined) return undefined;
    const desired = desiredRunner({
      plugin,
      version,
      connections: await connections.ofPlugin(pluginId),
      overrides: overrides.jsonFor(grantsOf(plugin, version)),
    });
    return desired && { ...desired, isIdle: await idleTimes.isIdle(manifestOf(version)) };
  }

  async #crashed(runner: DesiredRunner, reason: string): Promise<void> {
    await this.#sources.announceCrash(runner, reason);
    const target = `${runner.pluginId} ${runner.version}`;
    await this.#sources.audit.append({ who: 'system', action: 'runner.crashed', target }, reason);
  }

  async #keys(): Promise<string[]> {
    const keys = new Set(this.#reconciler.plugins());
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
