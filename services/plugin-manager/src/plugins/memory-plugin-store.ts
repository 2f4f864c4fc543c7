import { sha256 } from '../bundles/digest.ts';
import { numericKey, pageOf, type Page, type PageRequest } from '../page.ts';
import { historyAfter } from '../versions/activation-history.ts';
import {
  counts,
  overtaken,
  type Canary,
  type CanaryEnd,
  type CanaryTally,
  type CountedRun,
  type RunTally,
} from '../versions/canary/canary.ts';
import type { Plugin, PluginAccount, Version } from './plugin.ts';
import {
  PluginStore,
  type BundleChunk,
  type BundlePart,
  type NamedVersion,
  type NewVersion,
} from './plugin-store.ts';

/** Plugins in memory, for tests. */
export class MemoryPluginStore extends PluginStore {
  /** Subjects of what was announced, in order. */
  readonly announced: string[] = [];
  /** Says whether a plugin has connections. */
  isConnected: (id: string) => boolean = () => false;
  /** Hears of changes to what runs. */
  onChange: (id: string) => void = () => undefined;
  /** Hears that connections of a plugin have no accounts any more. */
  onNoAccount: (id: string) => void = () => undefined;
  readonly #stopped = new Set<string>();
  readonly #plugins = new Map<string, Plugin>();
  readonly #runs = new Map<string, Map<string, CountedRun>>();
  readonly #versions: { version: Version; bundle: string }[] = [];

  override add({ manifest, manifestText, digest, bundle }: NewVersion): Promise<boolean> {
    const { id, name, type, version } = manifest;
    const known = this.#find(id, version);
    if (known?.version.isReleased === true || known?.version.digest === digest)
      return Promise.resolve(false);
    if (known !== undefined) this.#versions.splice(this.#versions.indexOf(known), 1);
    const createdAt = new Date();
    if (!this.#plugins.has(id)) {
      const plugin = { id, name, type, activeVersion: undefined, approved: [] };
      const nothing = { account: undefined, canary: undefined, lastCanary: undefined };
      this.#plugins.set(id, { ...plugin, ...nothing, activatedBefore: [], createdAt });
    }
    const bundleBytes = Buffer.byteLength(bundle);
    const added = { pluginId: id, version, digest, manifestText, createdAt, bundleBytes };
    this.#versions.push({
      version: { ...added, isReleased: false, bundleDigest: sha256(bundle) },
      bundle,
    });
    this.announced.push('plugin.VersionRegistered');
    return Promise.resolve(true);
  }

  override plugins({ limit, after = '' }: PageRequest): Promise<Page<Plugin>> {
    const rows = [...this.#plugins.values()]
      .filter(({ id }) => id > after)
      .toSorted((a, b) => (a.id < b.id ? -1 : 1));
    return Promise.resolve(pageOf(rows, limit, ({ id }) => id));
  }

  override plugin(id: string): Promise<Plugin | undefined> {
    return Promise.resolve(this.#plugins.get(id));
  }

  override versions(id: string, page: PageRequest): Promise<Page<Version>> {
    const after = Number(numericKey(page) ?? Infinity);
    const rows = this.#versions
      .map(({ version }, position) => ({ version, position }))
      .filter(({ version, position }) => version.pluginId === id && position < after)
      .toReversed();
    const { data, next } = pageOf(rows, page.limit, ({ position }) => String(position));
    return Promise.resolve({ data: data.map(({ version }) => version), next });
  }

  override version(id: string, version: string): Promise<Version | undefined> {
    return Promise.resolve(this.#find(id, version)?.version);
  }

  override release(id: string, version: string, digest: string): Promise<boolean> {
    const entry = this.#find(id, version);
    if (entry?.version.digest !== digest) return Promise.resolve(false);
    entry.version = { ...entry.version, isReleased: true };
    return Promise.resolve(true);
  }

  override approve(id: string, permissions: readonly string[]): Promise<void> {
    this.#change(id, ({ approved }) => ({
      approved: [...new Set([...approved, ...permissions])].toSorted(),
    }));
    return Promise.resolve();
  }

  override revoke(id: string, permissions: readonly string[]): Promise<void> {
    this.#change(id, ({ approved }) => ({
      approved: approved.filter((permission) => !permissions.includes(permission)),
    }));
    return Promise.resolve();
  }

  override activate(id: string, to: NamedVersion | undefined, isRollback = false): Promise<void> {
    if (this.#plugins.get(id)?.activeVersion === to?.version) return Promise.resolve();
    if (to !== undefined && this.#find(id, to.version) === undefined) return Promise.resolve();
    if (to !== undefined) this.announced.push('plugin.VersionActivated');
    this.#stopped.delete(id);
    const ended = this.#overtaken(id, to?.version);
    this.#change(id, (plugin) => ({
      ...ended,
      activeVersion: to?.version,
      name: to?.name ?? plugin.name,
      activatedBefore: historyAfter(plugin, to?.version, isRollback),
    }));
    return Promise.resolve();
  }

  override startCanary(id: string, canary: Canary): Promise<boolean> {
    const plugin = this.#plugins.get(id);
    if (plugin?.activeVersion === undefined) return Promise.resolve(false);
    const isOther = plugin.canary !== undefined && plugin.canary.version !== canary.version;
    const ended = isOther && this.#ended(id, overtaken(plugin.canary.version, undefined));
    if (plugin.canary?.version !== canary.version) this.announced.push('plugin.CanaryStarted');
    this.#change(id, () => ({ ...ended, canary }));
    return Promise.resolve(true);
  }

  override endCanary(id: string, end: CanaryEnd, promotedName?: string): Promise<boolean> {
    const { version } = end;
    if (this.#plugins.get(id)?.canary?.version !== version) return Promise.resolve(false);
    const ended = this.#ended(id, end);
    this.#change(id, () => ended);
    if (promotedName === undefined) return Promise.resolve(true);
    return this.activate(id, { version, name: promotedName }).then(() => true);
  }

  override countRun(run: CountedRun): Promise<boolean> {
    const { pluginId, runId, isCanary } = run;
    const known = this.#runs.get(pluginId) ?? new Map<string, CountedRun>();
    const key = `${runId} ${String(isCanary)}`;
    if (!counts(this.#plugins.get(pluginId)?.canary, run) || known.has(key))
      return Promise.resolve(false);
    this.#runs.set(pluginId, known.set(key, run));
    return Promise.resolve(true);
  }

  override canaryTally(id: string): Promise<CanaryTally> {
    return Promise.resolve(this.#tally(id));
  }

  #overtaken(id: string, version: string | undefined): Partial<Plugin> {
    const { canary } = this.#plugins.get(id) ?? {};
    return canary === undefined ? {} : this.#ended(id, overtaken(canary.version, version));
  }

  #tally(id: string): CanaryTally {
    const runs = [...(this.#runs.get(id)?.values() ?? [])];
    return {
      canary: tallyOf(runs.filter(({ isCanary }) => isCanary)),
      stable: tallyOf(runs.filter(({ isCanary }) => !isCanary)),
    };
  }

  #ended(id: string, end: CanaryEnd): Pick<Plugin, 'canary' | 'lastCanary'> {
    this.announced.push('plugin.CanaryEnded');
    const lastCanary = { ...end, endedAt: new Date().toISOString(), tally: this.#tally(id) };
    this.#runs.delete(id);
    return { canary: undefined, lastCanary };
  }

  override setStopped(id: string, isStopped: boolean): Promise<boolean> {
    if (!this.#plugins.has(id)) return Promise.resolve(false);
    const isNews = this.#stopped.has(id) !== isStopped;
    if (isStopped) this.#stopped.add(id);
    else this.#stopped.delete(id);
    if (isNews || isStopped) this.onChange(id);
    return Promise.resolve(isNews);
  }

  override removeVersion(id: string, version: string): Promise<boolean> {
    const plugin = this.#plugins.get(id);
    const own = this.#versions.filter((entry) => entry.version.pluginId === id);
    const found = own.find((entry) => entry.version.version === version);
    if (plugin === undefined || found === undefined) return Promise.resolve(false);
    const used = [plugin.activeVersion, plugin.canary?.version];
    if (own.length === 1 || used.includes(version)) return Promise.resolve(false);
    this.#versions.splice(this.#versions.indexOf(found), 1);
    const activatedBefore = plugin.activatedBefore.filter((entry) => entry !== version);
    this.#plugins.set(id, { ...plugin, activatedBefore });
    return Promise.resolve(true);
  }

  override setAccount(id: string, account: PluginAccount | undefined): Promise<void> {
    if (account === undefined) this.onNoAccount(id);
    this.#change(id, () => ({ account }));
    return Promise.resolve();
  }

  override remove(id: string): Promise<boolean> {
    if (this.isConnected(id)) return Promise.resolve(false);
    this.#plugins.delete(id);
    for (let index = this.#versions.length - 1; index >= 0; index--)
      if (this.#versions[index]?.version.pluginId === id) this.#versions.splice(index, 1);
    return Promise.resolve(true);
  }

  override bundle(
    id: string,
    digest: string,
    { offset, lengthBytes }: BundlePart,
  ): Promise<BundleChunk | undefined> {
    const found = this.#versions.find(
      ({ version }) => version.pluginId === id && version.bundleDigest === digest,
    );
    if (found === undefined) return Promise.resolve(undefined);
    const bytes = Buffer.from(found.bundle);
    const chunk = bytes.subarray(offset, offset + lengthBytes);
    return Promise.resolve({ chunk, totalBytes: bytes.length });
  }

  #find(id: string, version: string): { version: Version; bundle: string } | undefined {
    return this.#versions.find(
      (entry) => entry.version.pluginId === id && entry.version.version === version,
    );
  }

  #change(id: string, change: (plugin: Plugin) => Partial<Plugin>): void {
    const plugin = this.#plugins.get(id);
    if (plugin === undefined) return;
    this.#plugins.set(id, { ...plugin, ...change(plugin) });
    this.onChange(id);
  }
}

function tallyOf(runs: readonly CountedRun[]): RunTally {
  return { runs: runs.length, failed: runs.filter(({ isFailed }) => isFailed).length };
}
