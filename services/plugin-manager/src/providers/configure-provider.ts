import { randomUUID } from 'node:crypto';
import type { ConfigVault } from '../configs/config-vault.ts';
import { checkConfig } from '../configs/check-config.ts';
import type { ConnectionStore } from '../connections/connection-store.ts';
import type { PluggedConnection } from '../connections/connection.ts';
import { notFound, RequestError } from '../errors.ts';
import { findPlugin, referenceVersion } from '../plugins/change-plugin.ts';
import { manifestOf, type Plugin, type Version } from '../plugins/plugin.ts';
import type { PluginStore } from '../plugins/plugin-store.ts';
import { withGeneratedSecrets } from '../webhooks/generated-secrets.ts';
import { checkReady, checkSlot, notEnabled } from './check-slot.ts';
import { otherRevision } from './other-revision.ts';
import {
  checkSettings,
  credentialNames,
  isMask,
  mergedSettings,
  withDefaults,
  withoutMasks,
  type SettingsRules,
} from './provider-settings.ts';
import type { ProviderConfig, ProviderKey, Settings, SlotName } from './provider.ts';
import type { NextConfig, ProviderStore } from './provider-store.ts';
import type { ProviderState } from './provider-view.ts';

export interface ConfigureProviderParts {
  readonly plugins: PluginStore;
  readonly connections: ConnectionStore;
  readonly vault: ConfigVault;
  readonly providers: ProviderStore;
}

export interface WantedProviderConfig {
  readonly enabled?: boolean;
  readonly settings?: Settings;
  /** The slot that it is to have from now on. */
  readonly slot?: SlotName;
}

interface Described {
  readonly plugin: Plugin;
  readonly reference: Version;
  readonly rules: SettingsRules;
}

/** What the config is to hold, and which credentials go. */
interface Stored {
  readonly settings: Settings;
  readonly given: Settings;
  readonly removed: readonly string[];
}

/** Settings of a plugin, which are kept here, and its credentials, which go sealed to the wallet; both are the config of one connection. */
export class ConfigureProvider {
  readonly #parts: ConfigureProviderParts;

  constructor(parts: ConfigureProviderParts) {
    this.#parts = parts;
  }

  async show({ spaceId, pluginId }: ProviderKey): Promise<ProviderState> {
    const { plugin, reference } = await this.#describe(pluginId);
    const { providers, connections } = this.#parts;
    const config = await providers.find({ spaceId, pluginId });
    const connection = config && (await connections.find(config.connectionId));
    return {
      spaceId,
      plugin,
      reference,
      config,
      connection,
      slots: await providers.slots(spaceId),
    };
  }

  /** With an expected revision only while the configuration is as the caller knows it. */
  async change(
    key: ProviderKey,
    wanted: WantedProviderConfig,
    expected?: number,
  ): Promise<ProviderState> {
    const described = await this.#describe(key.pluginId);
    const { plugin, reference, rules } = described;
    const { enabled, settings, slot } = wanted;
    if (enabled === true || slot !== undefined) checkReady(plugin, reference);
    if (slot !== undefined) checkSlot(plugin, reference, slot);
    if (slot !== undefined && enabled === false) throw contradiction(slot);
    const given = settings && withoutMasks(settings, rules);
    // A change of nothing but masks is none; one of nothing at all takes every setting away.
    const isChange = given !== undefined && (sizeOf(given) > 0 || sizeOf(settings) === 0);
    await this.#parts.providers.change(key, async (current) => {
      checkRevision(current, expected);
      const before = current?.settings ?? {};
      const merged = isChange ? mergedSettings(before, given) : before;
      checkSettings(merged, rules);
      const isAsStored = current !== undefined && !isChange;
      const next = isAsStored
        ? current
        : await this.#store(described, current, key, { settings: merged, given: {}, removed: [] });
      // Here, where changes of one provider wait for each other: two could leave a slot with one that is not enabled.
      if (enabled !== undefined) await this.#enable(next.connectionId, enabled);
      await this.#changeSlots(key, next.connectionId, wanted);
      return { connectionId: next.connectionId, settings: merged };
    });
    return this.show(key);
  }

  /** Values go into the wallet, null takes one away, and the mask leaves it as it is. */
  async changeCredentials(
    key: ProviderKey,
    credentials: Settings,
    expected?: number,
  ): Promise<ProviderState> {
    const described = await this.#describe(key.pluginId);
    checkCredentials(credentials, described.rules);
    const entries = Object.entries(credentials).filter(([, value]) => !isMask(value));
    const given = Object.fromEntries(entries.filter(([, value]) => value !== null));
    const removed = entries.filter(([, value]) => value === null).map(([name]) => name);
    await this.#parts.providers.change(key, async (current) => {
      checkRevision(current, expected);
      const settings = current?.settings ?? {};
      return this.#store(described, current, key, { settings, given, removed });
    });
    return this.show(key);
  }

  async #describe(pluginId: string): Promise<Described> {
    const plugin = await findPlugin(this.#parts.plugins, pluginId);
    const reference = await referenceVersion(this.#parts.plugins, plugin);
    if (reference === undefined) throw notFound('version', pluginId);
    const manifest = manifestOf(reference);
    const credentials = credentialNames(manifest, plugin.account?.tokenField);
    const { configSchema } = manifest;
    return { plugin, reference, rules: { pluginId, configSchema, credentials } };
  }

  async #store(
    { plugin, reference, rules }: Described,
    current: ProviderConfig | undefined,
    { spaceId }: ProviderKey,
    { settings, given, removed }: Stored,
  ): Promise<NextConfig> {
    const { configSchema, credentials } = rules;
    const wanted = { ...withDefaults(configSchema, settings, credentials), ...given };
    const { config } = withGeneratedSecrets(manifestOf(reference), wanted);
    const checked = checkConfig(reference, config, plugin.account?.tokenField);
    const connection = await this.#connection(plugin, current, spaceId);
    const { id, configFields } = connection.connection;
    const staying = credentials.filter(
      (name) => !Object.hasOwn(given, name) && !removed.includes(name),
    );
    const owner = { spaceId, connectionId: id, pluginId: plugin.id };
    const revision = await this.#parts.vault
      .put(owner, config, { kept: staying })
      .catch(async (error: unknown) => {
        // A connection that nothing was ever stored for would stay for ever.
        if (current === undefined) await this.#parts.connections.remove(id, { isDataKept: false });
        throw error;
      });
    const fields = [
      ...new Set([...checked.fields, ...configFields.filter((name) => staying.includes(name))]),
    ];
    const gaps = checked.gaps.filter((name) => !fields.includes(name));
    const stored = { revision, fields, gaps, hasToken: checked.hasToken };
    await this.#parts.connections.change(id, { config: stored });
    return { connectionId: id, settings };
  }

  /** The one that is there, or a new one: held, until somebody enables it. */
  async #connection(
    plugin: Plugin,
    current: ProviderConfig | undefined,
    spaceId: string,
  ): Promise<PluggedConnection> {
    const { connections } = this.#parts;
    const id = current?.connectionId ?? randomUUID();
    if (current === undefined) {
      const { id: pluginId, name } = plugin;
      const rest = { schedule: '', timeZone: '', runSettings: {}, webhookTokenHash: undefined };
      const added = { id, spaceId, pluginId, name, isProvider: true, ...rest };
      if (!(await connections.add(added))) throw notFound('plugin', pluginId);
      await connections.change(id, { isPaused: true });
    }
    const plugged = await connections.find(id);
    if (plugged === undefined) throw notFound('connection', id);
    if (plugged.connection.isDeleting)
      throw new RequestError(
        'connection.deleting.conflict',
        409,
        `connection ${id}, which the configuration of ${plugin.id} belongs to, is being deleted; configure it again when that is over`,
      );
    return plugged;
  }

  async #enable(connectionId: string, isEnabled: boolean): Promise<void> {
    const { connections } = this.#parts;
    const plugged = await connections.find(connectionId);
    if (plugged?.connection.isPaused === isEnabled)
      await connections.change(connectionId, { isPaused: !isEnabled });
  }

  /** One that is not enabled any more leaves its slots empty: nobody takes its place by itself. */
  async #changeSlots(
    { spaceId, pluginId }: ProviderKey,
    connectionId: string,
    { enabled, slot }: WantedProviderConfig,
  ): Promise<void> {
    const { providers, connections } = this.#parts;
    if (slot !== undefined) {
      await connections.change(connectionId, { isPaused: false });
      const set = await providers.setSlot({ spaceId, slot, holder: { pluginId, connectionId } });
      if (set === undefined) throw notEnabled(pluginId, slot);
    }
    if (enabled !== false) return;
    for (const { slot: name, holder, revision } of await providers.slots(spaceId))
      if (holder?.connectionId === connectionId)
        await providers.setSlot({ spaceId, slot: name, holder: undefined }, revision);
  }
}

function checkRevision(current: ProviderConfig | undefined, expected: number | undefined): void {
  const revision = current?.revision ?? 0;
  if (expected !== undefined && expected !== revision) throw otherRevision('config', revision);
}

function checkCredentials(given: Settings, { pluginId, credentials }: SettingsRules): void {
  if (Object.keys(given).every((name) => credentials.includes(name))) return;
  const known = credentials.length === 0 ? 'it has none' : `they are ${credentials.join(', ')}`;
  throw new RequestError(
    'provider.credentials',
    422,
    `one of the fields is no credential of ${pluginId}: ${known}; settings go to PUT /plugins/${pluginId}/config`,
  );
}

function contradiction(slot: SlotName): RequestError {
  return new RequestError(
    'provider.contradiction',
    422,
    `a provider that is not enabled cannot have the slot ${slot}: leave out slot, or enable it`,
  );
}

function sizeOf(settings: Settings = {}): number {
  return Object.keys(settings).length;
}
