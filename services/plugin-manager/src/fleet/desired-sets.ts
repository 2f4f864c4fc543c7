import type { AuditLog } from '../audit/audit-log.ts';
import type { ConnectionStore } from '../connections/connection-store.ts';
import type { OverrideFile } from '../egress/override-file.ts';
import { grantsOf, manifestOf, type Plugin, type Version } from '../plugins/plugin.ts';
import type { PluginStore } from '../plugins/plugin-store.ts';
import type { Scaler } from '../scaling/scaler.ts';
import type { ScalingLimits } from '../scaling/scaling-policy.ts';
import type { ScalingStore } from '../scaling/scaling-store.ts';
import { desiredRunner, type RunnerForm } from './desired-runner.ts';
import type { FleetDriver, RunnerSet, RunnerSetStatus } from './fleet-driver.ts';

export interface DesiredSetsSources {
  readonly plugins: PluginStore;
  readonly connections: ConnectionStore;
  readonly overrides: OverrideFile;
  readonly scaling: ScalingStore;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly limits: ScalingLimits;
}

interface VersionForm {
  readonly form: RunnerForm;
  readonly version: Version;
}

/** The sets that a plugin should have by what is stored of it, each with as many runners as its work needs. */
export class DesiredSets {
  readonly #driver: Pick<FleetDriver, 'list' | 'concurrencyOf'>;
  readonly #scaler: Scaler;
  readonly #sources: DesiredSetsSources;

  constructor(
    driver: Pick<FleetDriver, 'list' | 'concurrencyOf'>,
    scaler: Scaler,
    sources: DesiredSetsSources,
  ) {
    this.#driver = driver;
    this.#scaler = scaler;
    this.#sources = sources;
  }

  async of(pluginId: string): Promise<RunnerSet[]> {
    const plugin = await this.#sources.plugins.plugin(pluginId);
    const active = await this.#formOf(plugin, plugin?.activeVersion);
    if (active === undefined) {
      this.#scaler.forget(pluginId);
      return [];
    }
    const tried = await this.#formOf(plugin, plugin?.canary?.version);
    if (tried === undefined) this.#scaler.forget(pluginId, ['canary']);
    await this.#keepPin(active.form);
    const forms = tried === undefined ? [active] : [active, tried];
    return Promise.all(
      forms.map(async (one) => ({ ...one.form, replicas: await this.#replicas(one) })),
    );
  }

  #replicas({ form, version }: VersionForm): Promise<number> {
    const { pluginId, lane } = form;
    const sets = this.#own(pluginId);
    const own = sets.find((set) => set.version === form.version);
    const before = sets.filter((set) => set.lane === lane);
    return this.#scaler.replicas({
      pluginId,
      lane,
      scaling: manifestOf(version).scaling,
      concurrency: this.#driver.concurrencyOf(form),
      // A new version begins with as many as the one of before had.
      replicas: Math.max(0, ...before.map(({ wanted }) => wanted)),
      pinned: own?.pinned ?? (sets.some(holdsBack) ? 0 : undefined),
    });
  }

  /** A number that was written where the runners of the version before are goes with them: from now on it is what the operator says here. */
  async #keepPin({ pluginId, version }: RunnerForm): Promise<void> {
    const { scaling, audit, limits } = this.#sources;
    const left = this.#own(pluginId).find(
      (set) => set.lane === 'stable' && set.version !== version && set.pinned !== undefined,
    );
    if (left?.pinned === undefined) return;
    const replicas = Math.min(left.pinned, limits.maxReplicas);
    const { revision, ...override } = await scaling.override(pluginId);
    if (override.replicas === replicas) return;
    if ((await scaling.setOverride(pluginId, { ...override, replicas }, revision)) === undefined)
      return;
    const what = `${String(replicas)} replicas were written on the Deployment of version ${left.version}, and hold for ${version} too`;
    await audit.append({ who: 'system', action: 'scaling.keep', target: pluginId }, what);
  }

  #own(pluginId: string): readonly RunnerSetStatus[] {
    return this.#driver.list().filter((set) => set.pluginId === pluginId);
  }

  async #formOf(
    plugin: Plugin | undefined,
    number: string | undefined,
  ): Promise<VersionForm | undefined> {
    if (plugin === undefined || number === undefined) return undefined;
    const { plugins, connections, overrides, limits } = this.#sources;
    const version = await plugins.version(plugin.id, number);
    if (version === undefined) return undefined;
    const form = desiredRunner({
      plugin,
      version,
      connections: await connections.ofPlugin(plugin.id),
      overrides: overrides.jsonFor(grantsOf(plugin, version)),
      concurrency: limits.concurrency,
    });
    return form && { form, version };
  }
}

/** None at all holds back every run of the plugin, also those that try out a version. */
function holdsBack({ lane, pinned }: RunnerSetStatus): boolean {
  return lane === 'stable' && pinned === 0;
}
