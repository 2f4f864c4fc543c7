import type { AskedTest, ConnectionTest } from '../connection-tests/connection-test.ts';
import type { Plugin, PluginAccount, Version } from '../plugins/plugin.ts';
import type { Canary, EndedCanary } from '../versions/canary/canary.ts';
import type { Connection, PluggedConnection, Reason } from './connection.ts';
import type { ConnectionSignals } from './states/connection-signals.ts';
import type { RunSettings } from './run-settings.ts';
import { pluginOf } from '../plugins/plugin-rows.ts';

/** A row as JSON. */
type VersionJson = Pick<
  ConnectionRow,
  'version' | 'digest' | 'bundle_digest' | 'manifest' | 'is_released'
> & { created_at: string };

/** A connection with its plugin and the version whose manifest counts, as `selectConnections` reads it. */
export interface ConnectionRow {
  id: string;
  space_id: string;
  plugin_id: string;
  name: string;
  is_paused: boolean;
  config_revision: number;
  config_fields: string[];
  config_gaps: string[];
  reauthentication: Reason | null;
  token_field: string | null;
  failure: Reason | null;
  signals: ConnectionSignals;
  is_deleting: boolean;
  generation: number;
  schedule: string;
  time_zone: string;
  run_settings: RunSettings;
  webhook_token_hash: string | null;
  is_provider: boolean;
  asked_test: AskedTest | null;
  last_test: ConnectionTest | null;
  created_at: Date;
  updated_at: Date;
  plugin_name: string;
  type: string;
  active_version: string | null;
  approved: string[];
  account: PluginAccount | null;
  activated_before: string[];
  canary: Canary | null;
  last_canary: EndedCanary | null;
  tried: VersionJson | null;
  plugin_created_at: Date;
  version: string;
  digest: string;
  bundle_digest: string;
  manifest: string;
  is_released: boolean;
  version_created_at: Date;
}

export const selectConnections = `select c.*, p.name as plugin_name, p.type, p.active_version, p.approved, p.account, p.activated_before, p.canary, p.last_canary, p.created_at as plugin_created_at,
  v.version, v.digest, v.bundle_digest, v.manifest, v.is_released, v.created_at as version_created_at,
  to_jsonb(t) as tried
  from connection c join plugin p on p.id = c.plugin_id
  join lateral (
    select * from plugin_version where plugin_id = p.id order by (version = p.active_version) desc nulls last, position desc limit 1
  ) v on true
  left join plugin_version t on t.plugin_id = p.id and t.version = p.canary ->> 'version'`;

export function pluggedOf(row: ConnectionRow): PluggedConnection {
  return {
    connection: connectionOf(row),
    plugin: pluginOfConnection(row),
    reference: versionOf(row),
    tried: row.tried === null ? undefined : triedOf(row.plugin_id, row.tried),
  };
}

function connectionOf(row: ConnectionRow): Connection {
  return {
    id: row.id,
    spaceId: row.space_id,
    pluginId: row.plugin_id,
    name: row.name,
    isPaused: row.is_paused,
    configRevision: row.config_revision,
    configFields: row.config_fields,
    configGaps: row.config_gaps,
    reauthentication: row.reauthentication ?? undefined,
    tokenField: row.token_field ?? undefined,
    failure: row.failure ?? undefined,
    signals: row.signals,
    isDeleting: row.is_deleting,
    generation: row.generation,
    schedule: row.schedule,
    timeZone: row.time_zone,
    runSettings: row.run_settings,
    webhookTokenHash: row.webhook_token_hash ?? undefined,
    isProvider: row.is_provider,
    askedTest: row.asked_test ?? undefined,
    lastTest: row.last_test ?? undefined,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function pluginOfConnection(row: ConnectionRow): Plugin {
  const { plugin_id: id, plugin_name: name, plugin_created_at: createdAt } = row;
  return pluginOf({ ...row, id, name, created_at: createdAt });
}

function versionOf(row: ConnectionRow): Version {
  return {
    pluginId: row.plugin_id,
    version: row.version,
    digest: row.digest,
    bundleDigest: row.bundle_digest,
    // Of no use to a connection, and the bundle would have to be read for it.
    bundleBytes: 0,
    manifestText: row.manifest,
    isReleased: row.is_released,
    createdAt: row.version_created_at,
  };
}

function triedOf(pluginId: string, { created_at: createdAt, ...row }: VersionJson): Version {
  return {
    pluginId,
    version: row.version,
    digest: row.digest,
    bundleDigest: row.bundle_digest,
    bundleBytes: 0,
    manifestText: row.manifest,
    isReleased: row.is_released,
    createdAt: new Date(createdAt),
  };
}
