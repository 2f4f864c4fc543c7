import type { MessageInitShape } from '@bufbuild/protobuf';
import { ConnectionState, type ConnectionChangedSchema } from '@made-open/contracts';
import { grantsOf, manifestOf, type Plugin, type Version } from '../plugins/plugin.ts';

/** A plugin with a config and a state. The config itself is the wallet's; here are only the names of its fields. */
export interface Connection {
  readonly id: string;
  readonly spaceId: string;
  readonly pluginId: string;
  readonly name: string;
  readonly isPaused: boolean;
  /** Revision of the config in the wallet; 0 when it holds none. */
  readonly configRevision: number;
  /** Declared fields that the config has. */
  readonly configFields: readonly string[];
  /** What the schema asked of this config beyond its list of required fields. */
  readonly configGaps: readonly string[];
  /** Rises with every change. */
  readonly generation: number;
  /** Cron expression; empty for the plugin's own, or hourly. */
  readonly schedule: string;
  readonly timeZone: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A connection with what decides on its state. */
export interface PluggedConnection {
  readonly connection: Connection;
  readonly plugin: Plugin;
  /** The active version, or the newest while none is active. */
  readonly reference: Version;
}

export interface ConnectionView {
  readonly id: string;
  readonly plugin_id: string;
  readonly plugin_version: string | null;
  readonly name: string;
  readonly space_id: string;
  readonly state: 'active' | 'inactive' | 'paused';
  /** Why it is not active. */
  readonly reasons: readonly string[];
  readonly schedule: string;
  readonly time_zone: string;
  /** Names of the config fields that are set, never their values. */
  readonly config_fields: readonly string[];
  readonly config_revision: number;
  readonly created_at: string;
  readonly updated_at: string;
}

/** Fields that a config must have, as the manifest lists them. */
export function requiredFields(version: Version): string[] {
  const required = manifestOf(version).configSchema['required'];
  return Array.isArray(required)
    ? required.filter((field): field is string => typeof field === 'string')
    : [];
}

/** What keeps the connection from being active, for people to read. */
export function inactiveReasons({ connection, plugin, reference }: PluggedConnection): string[] {
  const missing = [
    ...requiredFields(reference).filter((field) => !connection.configFields.includes(field)),
    ...connection.configGaps,
  ];
  return [
    ...(connection.configRevision === 0 ? ['its config is not stored; send it again'] : []),
    ...missing.map((field) => `the config field "${field}" is missing`),
    ...(plugin.activeVersion === undefined ? ['the plugin has no active version'] : []),
  ];
}

export function stateOf(plugged: PluggedConnection): ConnectionView['state'] {
  if (inactiveReasons(plugged).length > 0) return 'inactive';
  return plugged.connection.isPaused ? 'paused' : 'active';
}

export function connectionView(plugged: PluggedConnection): ConnectionView {
  const { connection, plugin } = plugged;
  return {
    id: connection.id,
    plugin_id: connection.pluginId,
    plugin_version: plugin.activeVersion ?? null,
    name: connection.name,
    space_id: connection.spaceId,
    state: stateOf(plugged),
    reasons: inactiveReasons(plugged),
    schedule: connection.schedule,
    time_zone: connection.timeZone,
    config_fields: connection.configFields,
    config_revision: connection.configRevision,
    created_at: connection.createdAt.toISOString(),
    updated_at: connection.updatedAt.toISOString(),
  };
}

const states = {
  active: ConnectionState.ACTIVE,
  inactive: ConnectionState.INACTIVE,
  paused: ConnectionState.PAUSED,
};

/** The whole state, as the other services hear of it. */
export function connectionChanged(
  plugged: PluggedConnection,
  isDeleted = false,
): MessageInitShape<typeof ConnectionChangedSchema> {
  const { connection, plugin, reference } = plugged;
  return {
    connectionId: connection.id,
    spaceId: connection.spaceId,
    pluginId: connection.pluginId,
    pluginVersion: plugin.activeVersion ?? '',
    state: isDeleted ? ConnectionState.DELETED : states[stateOf(plugged)],
    grants: plugin.activeVersion === undefined ? [] : grantsOf(plugin, reference),
    generation: connection.generation,
    schedule: connection.schedule || (manifestOf(reference).schedule ?? ''),
    timeZone: connection.timeZone,
    mappingVersion: 1,
    pluginType: plugin.type,
    name: connection.name,
  };
}
