import { checkpointVersions } from '@made-open/manifest';
import { canTry, under, type PluggedConnection } from '../connections/connection.ts';
import { reasonsOf, stateOf } from '../connections/states/connection-state.ts';
import type { ConfigVault } from '../configs/config-vault.ts';
import type { ConnectionStore } from '../connections/connection-store.ts';
import { RequestError } from '../errors.ts';
import { manifestOf, type Plugin, type Version } from '../plugins/plugin.ts';
import type { Profile } from '../profile/profile.ts';
import type { PluginStore } from '../plugins/plugin-store.ts';
import type { RunSource } from '../runs/run-source.ts';

export interface HandoverParts {
  readonly plugins: PluginStore;
  readonly connections: ConnectionStore;
  readonly runs: Pick<RunSource, 'unreadableCheckpoints'>;
  readonly vault: Pick<ConfigVault, 'add'>;
  readonly profile: Pick<Profile, 'check'>;
}

const maxNamed = 5;

/** Throws unless every connection of a plugin can go on under a version where it stands now: with its config, from a checkpoint. */
export async function checkHandover(
  parts: HandoverParts,
  plugin: Plugin,
  version: Version,
): Promise<void> {
  const connections = await parts.connections.ofPlugin(plugin.id);
  if (connections.length === 0) return;
  const lacking = connections.filter((connection) => wouldLack(connection, version));
  if (lacking.length > 0) throw lacksConfig(version, lacking);
  if (!(await readsOthers(parts.plugins, plugin, version))) return;
  const { oldest, newest } = checkpointVersions(manifestOf(version));
  const { ids, total } = await parts.runs.unreadableCheckpoints(plugin.id, { oldest, newest });
  if (total > 0) throw cannotGoOn(version, ids, total);
}

/** Whether a connection that works now would have to wait for config. */
function wouldLack(plugged: PluggedConnection, version: Version): boolean {
  if (plugged.plugin.activeVersion === undefined) return false;
  const isWaiting = ['needs_configuration', 'deleting'].includes(stateOf(plugged));
  return !isWaiting && !canTry(plugged, version);
}

/** etl is asked unless both versions read the same: a connection that has long had no run may have what only one of them reads. */
async function readsOthers(
  plugins: PluginStore,
  { id, activeVersion, activatedBefore }: Plugin,
  version: Version,
): Promise<boolean> {
  const before = activeVersion ?? activatedBefore.at(-1);
  const saved = before === undefined ? undefined : await plugins.version(id, before);
  if (saved === undefined) return false;
  const [left, next] = [saved, version].map((one) => checkpointVersions(manifestOf(one)));
  return left?.oldest !== next?.oldest || left?.newest !== next?.newest;
}

function lacksConfig(version: Version, lacking: readonly PluggedConnection[]): RequestError {
  const connections = lacking.map((plugged) => ({
    id: plugged.connection.id,
    missing: reasonsOf(under(plugged, version))
      .filter(({ code }) => code === 'connection.config_field_missing')
      .map(({ message }) => message),
  }));
  const [first] = connections;
  return new RequestError(
    'plugin.config_missing.conflict',
    409,
    `version ${version.version} needs config that ${count(lacking.length)} not have (${first?.id ?? ''}: ${first?.missing.join(', ') ?? ''}); give it to them first, or activate with "force": they then wait for it`,
    { connections },
  );
}

function cannotGoOn(version: Version, ids: readonly string[], total: number): RequestError {
  const { oldest, newest } = checkpointVersions(manifestOf(version));
  const range = oldest === newest ? String(newest) : `${String(oldest)} to ${String(newest)}`;
  return new RequestError(
    'plugin.checkpoints_unreadable.conflict',
    409,
    `version ${version.version} reads checkpoints of version ${range}, which ${count(total)} not have (${ids.slice(0, maxNamed).join(', ')}); export migrateCheckpoint and declare migratesCheckpointsFrom in plugin.json, or activate with "force": their next run then begins anew, as a full pass`,
    { connections: ids.map((id) => ({ id })), total },
  );
}

function count(connections: number): string {
  return connections === 1 ? '1 connection does' : `${String(connections)} connections do`;
}
