import { randomUUID } from 'node:crypto';
import { notFound, RequestError } from '../errors.ts';
import type { Page, PageRequest } from '../page.ts';
import { findPlugin, referenceVersion } from '../plugins/change-plugin.ts';
import { manifestOf, type Plugin, type Version } from '../plugins/plugin.ts';
import type { PluginStore } from '../plugins/plugin-store.ts';
import { checkConfig, checkSchedule } from '../configs/check-config.ts';
import type { ConfigOwner, ConfigVault } from '../configs/config-vault.ts';
import { newWebhookToken } from '../webhooks/webhook-token.ts';
import { takesToken } from '../webhooks/declared-webhooks.ts';
import { withGeneratedSecrets } from '../webhooks/generated-secrets.ts';
import { hasSyncs, type Connection, type PluggedConnection } from './connection.ts';
import { isWorking, reasonsOf, stateOf } from './states/connection-state.ts';
import type { ConnectionStore } from './connection-store.ts';
import { givenSettings, type RunSettings } from './run-settings.ts';

export type Config = Readonly<Record<string, unknown>>;

export interface WantedConnection extends RunSettings {
  readonly plugin_id: string;
  readonly name: string;
  readonly config: Config;
  readonly schedule: string;
  readonly time_zone: string;
  readonly space_id: string;
}

export interface WantedChange extends RunSettings {
  readonly name?: string;
  /** Replaces the whole config: what is in the wallet cannot be read to be merged with. */
  readonly config?: Config;
  readonly schedule?: string;
  readonly time_zone?: string;
  readonly paused?: boolean;
}

/** The token of its webhooks is told this once. */
export interface CreatedConnection extends PluggedConnection {
  readonly webhookToken: string | undefined;
}

/** What happens to connections: the config is checked, sealed into the vault and forgotten here. */
export class ChangeConnection {
  readonly #plugins: PluginStore;
  readonly #connections: ConnectionStore;
  readonly #vault: ConfigVault;

  constructor(plugins: PluginStore, connections: ConnectionStore, vault: ConfigVault) {
    this.#plugins = plugins;
    this.#connections = connections;
    this.#vault = vault;
  }

  async create(wanted: WantedConnection): Promise<CreatedConnection> {
    const { plugin_id: pluginId, name, schedule, space_id: spaceId } = wanted;
    checkSchedule(schedule, wanted.time_zone);
    const plugin = await findPlugin(this.#plugins, pluginId);
    const reference = await referenceVersion(this.#plugins, plugin);
    if (reference === undefined) throw notFound('version', pluginId);
    const { config } = withGeneratedSecrets(manifestOf(reference), wanted.config);
    const checked = await this.#checked(plugin, reference, config);
    const id = randomUUID();
    const { time_zone: timeZone } = wanted;
    const runSettings = givenSettings(wanted);
    const webhook = takesToken(manifestOf(reference)) ? newWebhookToken() : undefined;
    const webhookTokenHash = webhook?.hash;
    const given = { id, spaceId, pluginId, name, schedule, timeZone };
    const connection = { ...given, runSettings, webhookTokenHash };
    // First the row: a config without a connection would stay in the vault for ever.
    if (!(await this.#connections.add(connection))) throw notFound('plugin', pluginId);
    const owner = { spaceId, connectionId: id, pluginId };
    const revision = await this.#vault.put(owner, config).catch(async (error: unknown) => {
      await this.#connections.remove(id, { isDataKept: false });
      throw error;
    });
    await this.#connections.change(id, { config: { revision, ...checked } });
    return { ...(await this.find(id)), webhookToken: webhook?.token };
  }

  /** With an expected generation only while the connection is as the caller knows it. */
  async change(id: string, wanted: WantedChange, expected?: number): Promise<PluggedConnection> {
    const plugged = await this.find(id);
    const { connection, reference, plugin } = plugged;
    checkChangeable(connection, wanted);
    const { name, schedule, time_zone: timeZone, paused: isPaused } = wanted;
    const { config, made: kept } = wanted.config
      ? withGeneratedSecrets(manifestOf(reference), wanted.config)
      : { made: [] };
    checkSchedule(schedule ?? connection.schedule, timeZone ?? connection.timeZone);
    const checked = config && (await this.#checked(plugin, reference, config));
    const rest = { name, schedule, timeZone, isPaused, runSettings: givenSettings(wanted) };
    // Before the wallet is told: a config that came too late must not replace the newer one there.
    const first = checked === undefined ? rest : {};
    if (!(await this.#connections.change(id, first, expected))) throw await this.#stale(id);
    if (config !== undefined && checked !== undefined) {
      // A secret that was made before is known to the source: only where there is none the new one counts.
      const revision = await this.#vault.put(ownerOf(plugged), config, { kept });
      await this.#connections.change(id, { ...rest, config: { revision, ...checked } });
    }
    return this.find(id);
  }

  /** Asked again nothing changes: nobody hears of it, and no run that waits begins. */
  async setPaused(id: string, paused: boolean): Promise<PluggedConnection> {
    const plugged = await this.find(id);
    const { isPaused, isDeleting } = plugged.connection;
    return isPaused === paused && !isDeleting ? plugged : this.change(id, { paused });
  }

  /** The one before opens nothing any more; the new one is told this once. */
  async renewWebhookToken(id: string): Promise<{ token: string; plugged: PluggedConnection }> {
    const { connection, reference } = await this.find(id);
    if (connection.isDeleting) throw beingDeleted(id);
    if (!takesToken(manifestOf(reference)))
      throw new RequestError(
        'connection.no_webhook_token.conflict',
        409,
        `no webhook of connection ${id} has a token in its address; its webhooks, if it has any, are verified by a secret of its config`,
      );
    const { token, hash } = newWebhookToken();
    await this.#connections.change(id, { webhookTokenHash: hash });
    return { token, plugged: await this.find(id) };
  }

  /** For all others it is gone from now on. */
  async markDeleting(id: string): Promise<void> {
    await this.#connections.change(id, { isDeleting: true });
  }

  /** Removes a connection and its config; what is kept of what it brought can be exported and erased later. */
  async remove(id: string, of: { readonly isDataKept: boolean }): Promise<void> {
    const plugged = await this.find(id);
    // The secret first: when this fails the connection is still there to try again with.
    await this.#vault.remove(ownerOf(plugged));
    await this.#connections.remove(id, of);
  }

  async #checked(
    plugin: Plugin,
    reference: Version,
    config: Config,
  ): Promise<ReturnType<typeof checkConfig>> {
    const newest = await this.#plugins.versions(plugin.id, { limit: 1, after: undefined });
    return checkConfig(reference, config, plugin.account?.tokenField, newest.data[0]);
  }

  async #stale(id: string): Promise<RequestError> {
    await this.find(id);
    return new RequestError(
      'connection.changed',
      412,
      'the connection has changed since it was read; read it again, and send its new ETag as If-Match',
    );
  }

  list(page: PageRequest, pluginId: string | undefined): Promise<Page<PluggedConnection>> {
    return this.#connections.list(page, pluginId);
  }

  async find(id: string): Promise<PluggedConnection> {
    return (await this.#connections.find(id)) ?? Promise.reject(notFound('connection', id));
  }

  /** It is gone, and what it brought is not. */
  async isKept(id: string): Promise<boolean> {
    return (await this.#connections.findDeleted(id)) !== undefined;
  }

  /** Throws unless the connection can be synced. */
  async checkActive(id: string): Promise<void> {
    const plugged = await this.find(id);
    if (!hasSyncs(plugged)) throw nothingToSync(plugged);
    const state = stateOf(plugged);
    if (isWorking(state)) return;
    const reasons = reasonsOf(plugged);
    throw new RequestError(
      'connection.not_active.conflict',
      409,
      `the connection is not active: ${reasons.map(({ message }) => message).join('; ')}`,
      { state, reasons },
    );
  }
}

function nothingToSync({ plugin: { type } }: PluggedConnection): RequestError {
  return new RequestError(
    'connection.no_syncs.conflict',
    409,
    type === 'channel'
      ? 'there is nothing to sync: the plugin is a channel without a schedule, and what it has comes by webhooks'
      : `there is nothing to sync: the plugin is an ${type}`,
  );
}

function checkChangeable(
  { id, pluginId, isDeleting, isProvider }: Connection,
  wanted: WantedChange,
) {
  if (isDeleting) throw beingDeleted(id);
  if (wanted.config !== undefined && isProvider) throw configuredByPlugin(pluginId);
}

/** Settings are kept beside the wallet: one that was replaced only there would come back with the next change. */
function configuredByPlugin(pluginId: string): RequestError {
  return new RequestError(
    'connection.is_provider.conflict',
    409,
    `the connection came with the configuration of ${pluginId}: change its settings with PUT /admin/v1/plugins/${pluginId}/config, its credentials with PUT /admin/v1/plugins/${pluginId}/credentials`,
  );
}

function beingDeleted(id: string): RequestError {
  return new RequestError(
    'connection.deleting.conflict',
    409,
    `connection ${id} is being deleted and cannot be changed`,
  );
}

function ownerOf({ connection }: PluggedConnection): ConfigOwner {
  return {
    spaceId: connection.spaceId,
    connectionId: connection.id,
    pluginId: connection.pluginId,
  };
}
