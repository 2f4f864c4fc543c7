import type { Manifest, ManifestScaling } from '@made-open/manifest';
import { notFound, RequestError } from '../errors.ts';
import type { RunnerSetStatus } from '../fleet/fleet-driver.ts';
import { manifestOf } from '../plugins/plugin.ts';
import type { PluginStore } from '../plugins/plugin-store.ts';
import { policyOf, type ScalingLimits, type ScalingOverride } from './scaling-policy.ts';
import type { ScalingEntry, ScalingStore, StoredOverride } from './scaling-store.ts';
import type { ScalingPolicy } from './scale.ts';

export interface PluginScalingParts {
  readonly plugins: PluginStore;
  readonly scaling: ScalingStore;
  readonly limits: ScalingLimits;
  readonly fleet: {
    sets(pluginId: string): Promise<readonly RunnerSetStatus[]>;
    /** Runs that a runner takes at a time. */
    concurrencyOf(manifest: Pick<Manifest, 'scaling' | 'limits'>): number;
    /** Has the plugin looked at soon. */
    look(pluginId: string): void;
  };
}

/** All that there is to say of how many runners a plugin has. */
export interface ScalingState {
  readonly pluginId: string;
  /** What the active version asks for. */
  readonly manifest: ManifestScaling;
  readonly override: StoredOverride;
  readonly policy: ScalingPolicy;
  /** Runners that are wanted now; undefined while the plugin is to have none at all. */
  readonly wanted: number | undefined;
  /** A number that holds whatever the work, set by an operator here or where runners run. */
  readonly pinned: number | undefined;
  readonly entries: readonly ScalingEntry[];
}

/** The active version, empty when there is none, and what it asks for. */
interface Active {
  readonly version: string;
  readonly manifest: Pick<Manifest, 'scaling' | 'limits'>;
}

/** Shows and changes how many runners a plugin has. */
export class PluginScaling {
  readonly #parts: PluginScalingParts;

  constructor(parts: PluginScalingParts) {
    this.#parts = parts;
  }

  async show(pluginId: string): Promise<ScalingState> {
    const active = await this.#active(pluginId);
    return this.#state(pluginId, active, await this.#parts.scaling.override(pluginId));
  }

  async change(
    pluginId: string,
    wanted: ScalingOverride,
    expectedRevision: number | undefined,
  ): Promise<ScalingState> {
    const active = await this.#active(pluginId);
    this.#check(wanted);
    const stored = await this.#parts.scaling.setOverride(pluginId, wanted, expectedRevision);
    if (stored === undefined)
      throw new RequestError(
        'scaling.changed',
        412,
        `the scaling of ${pluginId} was changed meanwhile; read it again`,
      );
    this.#parts.fleet.look(pluginId);
    return this.#state(pluginId, active, stored);
  }

  async #state(
    pluginId: string,
    { version, manifest }: Active,
    override: StoredOverride,
  ): Promise<ScalingState> {
    const { limits, fleet } = this.#parts;
    const { scaling = {} } = manifest;
    const own = (await fleet.sets(pluginId)).find((set) => set.version === version);
    const pinned = own?.pinned ?? override.replicas;
    return {
      pluginId,
      manifest: scaling,
      override,
      policy: {
        ...policyOf(scaling, override, limits),
        concurrency: fleet.concurrencyOf(manifest),
      },
      wanted: own?.wanted,
      pinned: pinned === undefined ? undefined : Math.min(pinned, limits.maxReplicas),
      entries: await this.#parts.scaling.entries(pluginId),
    };
  }

  async #active(pluginId: string): Promise<Active> {
    const { plugins } = this.#parts;
    const plugin = await plugins.plugin(pluginId);
    if (plugin === undefined) throw notFound('plugin', pluginId);
    const { activeVersion = '' } = plugin;
    const version = await plugins.version(pluginId, activeVersion);
    return { version: activeVersion, manifest: version === undefined ? {} : manifestOf(version) };
  }

  #check({ min, max, replicas }: ScalingOverride): void {
    const { maxReplicas } = this.#parts.limits;
    const faults: string[] = [];
    if (min !== undefined && max !== undefined && min > max)
      faults.push('min must not be greater than max');
    for (const [name, value] of Object.entries({ min, max, replicas }))
      if (value !== undefined && value > maxReplicas)
        faults.push(`${name} must not be greater than ${String(maxReplicas)}, RUNNER_MAX_REPLICAS`);
    if (faults.length > 0)
      throw new RequestError('scaling.bounds', 422, faults.join('; '), { errors: faults });
  }
}
