import type { ScalingOverride } from './scaling-policy.ts';
import {
  keptEntries,
  noOverride,
  ScalingStore,
  type ScalingEntry,
  type StoredOverride,
} from './scaling-store.ts';

export class MemoryScalingStore extends ScalingStore {
  readonly #overrides = new Map<string, StoredOverride>();
  readonly #entries = new Map<string, readonly ScalingEntry[]>();

  override override(pluginId: string): Promise<StoredOverride> {
    return Promise.resolve(this.#overrides.get(pluginId) ?? noOverride);
  }

  override async setOverride(
    pluginId: string,
    override: ScalingOverride,
    expectedRevision?: number,
  ): Promise<StoredOverride | undefined> {
    const { revision } = await this.override(pluginId);
    if (expectedRevision !== undefined && expectedRevision !== revision) return undefined;
    const stored = { ...override, revision: revision + 1 };
    this.#overrides.set(pluginId, stored);
    return stored;
  }

  override note(pluginId: string, entry: ScalingEntry): Promise<void> {
    const kept = [entry, ...(this.#entries.get(pluginId) ?? [])].slice(0, keptEntries);
    this.#entries.set(pluginId, kept);
    return Promise.resolve();
  }

  override entries(pluginId: string): Promise<readonly ScalingEntry[]> {
    return Promise.resolve(this.#entries.get(pluginId) ?? []);
  }
}
