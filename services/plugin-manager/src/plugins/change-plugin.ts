import { permissionDifference } from '@made-open/manifest';
import { notFound, RequestError } from '../errors.ts';
import {
  faultOf,
  manifestOf,
  rollbackVersion,
  unapproved,
  type Plugin,
  type Version,
} from './plugin.ts';
import type { PluginStore } from './plugin-store.ts';

/** A plugin and one of its versions. */
export interface PluginVersion {
  readonly plugin: Plugin;
  readonly version: Version;
}

export async function findPlugin(store: PluginStore, id: string): Promise<Plugin> {
  return (await store.plugin(id)) ?? Promise.reject(notFound('plugin', id));
}

export async function findVersion(
  store: PluginStore,
  id: string,
  version: string,
): Promise<PluginVersion> {
  const plugin = await findPlugin(store, id);
  const found = await store.version(id, version);
  if (found === undefined) throw notFound('version', `${id} ${version}`);
  return { plugin, version: found };
}

/** Approves permissions; only such as the version asks for, as it is now, so that nothing is approved unseen. */
export async function approveVersion(
  store: PluginStore,
  { id, version, digest }: { id: string; version: string; digest?: string | undefined },
  permissions: readonly string[],
): Promise<PluginVersion> {
  const found = await findVersion(store, id, version);
  if (digest !== undefined && digest !== found.version.digest) throw replaced(found.version);
  const unasked = permissionDifference(manifestOf(found.version).permissions, permissions);
  if (unasked.length > 0)
    throw new RequestError(
      'plugin.permissions',
      422,
      `version ${version} does not ask for ${unasked.join(', ').slice(0, 600)}`,
    );
  await release(store, found.version);
  await store.approve(id, permissions);
  return findVersion(store, id, version);
}

/** Takes approved permissions back: what runs goes on without them, and no later version gets them unasked. */
export async function revokePermissions(
  store: PluginStore,
  id: string,
  permissions: readonly string[],
): Promise<Plugin> {
  const { approved } = await findPlugin(store, id);
  const unknown = permissionDifference(approved, permissions);
  if (unknown.length > 0)
    throw new RequestError(
      'plugin.permissions',
      422,
      `${id} has no approval of ${unknown.join(', ').slice(0, 600)}`,
    );
  await store.revoke(id, permissions);
  return findPlugin(store, id);
}

/** Makes a version the one that runs. */
export async function activateVersion(
  store: PluginStore,
  id: string,
  version: string,
  isRollback = false,
): Promise<PluginVersion> {
  const found = await readyVersion(store, id, version);
  await store.activate(id, { version, name: manifestOf(found.version).name }, isRollback);
  return findVersion(store, id, version);
}

/** A version that may run; from now on it stays as it is. */
export async function readyVersion(
  store: PluginStore,
  id: string,
  version: string,
): Promise<PluginVersion> {
  const found = await findVersion(store, id, version);
  const fault = faultOf(found.version);
  if (fault !== undefined) throw new RequestError('plugin.api_version.conflict', 409, fault);
  const missing = unapproved(found.plugin, found.version);
  if (missing.length > 0)
    throw new RequestError(
      'plugin.awaiting_approval.conflict',
      409,
      `version ${version} waits for the approval of ${missing.join(', ')}`,
      { permissions_added: missing },
    );
  await release(store, found.version);
  return found;
}

/** Goes back to the version that was active before the one that is. */
export async function rollBack(store: PluginStore, id: string): Promise<PluginVersion> {
  const plugin = await findPlugin(store, id);
  const version = rollbackVersion(plugin);
  if (version !== undefined) return activateVersion(store, id, version, true);
  throw new RequestError(
    'plugin.no_rollback.conflict',
    409,
    plugin.activeVersion === undefined
      ? `${id} has no active version; activate one`
      : `no version of ${id} was active before ${plugin.activeVersion}; activate the one that you want`,
  );
}

/** Removes a version that is not needed any more. */
export async function removeVersion(
  store: PluginStore,
  id: string,
  version: string,
): Promise<void> {
  const { plugin } = await findVersion(store, id, version);
  if (await store.removeVersion(id, version)) return;
  await findVersion(store, id, version);
  throw new RequestError(
    'plugin.version_in_use.conflict',
    409,
    inUse(plugin, version) ?? `version ${version} is the only one of ${id}; remove the plugin`,
  );
}

function inUse({ id, activeVersion, canary }: Plugin, version: string): string | undefined {
  if (activeVersion === version)
    return `version ${version} of ${id} is active; activate another one first, or disable the plugin`;
  if (canary?.version === version)
    return `version ${version} of ${id} is tried out; end that first, by a rollback`;
  return undefined;
}

/** It stays what was looked at, or nothing happens. */
async function release(store: PluginStore, version: Version): Promise<void> {
  if (!(await store.release(version.pluginId, version.version, version.digest)))
    throw replaced(version);
}

function replaced({ pluginId, version }: Version): RequestError {
  return new RequestError(
    'plugin.version_replaced.conflict',
    409,
    `version ${version} of ${pluginId} was pushed anew since you looked at it; look again at what it asks for`,
  );
}

/** Takes a plugin out of use; its connections become inactive and its runner stops. */
export async function disablePlugin(store: PluginStore, id: string): Promise<Plugin> {
  await findPlugin(store, id);
  await store.activate(id, undefined);
  return findPlugin(store, id);
}

/** The version whose configSchema counts: the active one, or the newest while none is active. */
export async function referenceVersion(
  store: PluginStore,
  plugin: Plugin,
): Promise<Version | undefined> {
  if (plugin.activeVersion !== undefined) return store.version(plugin.id, plugin.activeVersion);
  return (await store.versions(plugin.id, { limit: 1, after: undefined })).data[0];
}
