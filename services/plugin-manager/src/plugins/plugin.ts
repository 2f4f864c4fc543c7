import {
  apiVersionFault,
  apiVersionOf,
  permissionDifference,
  readStoredManifest,
  type Manifest,
} from '@made-open/manifest';
import type { Canary, EndedCanary } from '../versions/canary/canary.ts';

/** A plugin, whatever its versions. */
export interface Plugin {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly activeVersion: string | undefined;
  /** Permissions that were approved and not taken back; a version gets those of them that it asks for. */
  readonly approved: readonly string[];
  readonly account: PluginAccount | undefined;
  /** Versions that were active before, the newest last. */
  readonly activatedBefore: readonly string[];
  /** The version that is tried out on a share of the runs. */
  readonly canary: Canary | undefined;
  /** What became of the one that was tried out last. */
  readonly lastCanary: EndedCanary | undefined;
  readonly createdAt: Date;
}

/** How its connections get access tokens, since an operator set the OAuth client. */
export interface PluginAccount {
  /** The config field that the wallet fills. */
  readonly tokenField: string;
  /** A person has to sign in for each connection. */
  readonly needsSignIn: boolean;
}

/** A version. A later push may replace it until somebody has approved or activated it; then it never changes. */
export interface Version {
  readonly pluginId: string;
  readonly version: string;
  /** SHA-256 of what was pushed. */
  readonly digest: string;
  /** SHA-256 of the script that runs. */
  readonly bundleDigest: string;
  readonly bundleBytes: number;
  /** plugin.json as it was pushed. */
  readonly manifestText: string;
  /** Somebody has approved something of it or activated it. */
  readonly isReleased: boolean;
  readonly createdAt: Date;
}

export type VersionState = 'awaiting_approval' | 'inactive' | 'canary' | 'active';

export interface PluginView {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly state: 'active' | 'inactive';
  readonly active_version: string | null;
  /** What a rollback would activate. */
  readonly rollback_version: string | null;
  /** Tried out on a share of the runs. */
  readonly canary_version: string | null;
  readonly approved_permissions: readonly string[];
  readonly created_at: string;
}

export interface VersionView {
  readonly id: string;
  readonly version: string;
  readonly digest: string;
  readonly bundle_digest: string;
  readonly bundle_bytes: number;
  readonly state: VersionState;
  readonly api_version: number;
  /** Why it does not run on this platform. */
  readonly fault: string | null;
  readonly permissions_required: readonly string[];
  /** Asked for and not approved yet. */
  readonly permissions_added: readonly string[];
  /** Approved for other versions and not asked for by this one. */
  readonly permissions_unused: readonly string[];
  readonly created_at: string;
}

export function manifestOf({ manifestText }: Version): Manifest {
  return readStoredManifest(manifestText);
}

/** Why a version cannot run here: it was made for another version of the plugin API. */
export function faultOf(version: Version): string | undefined {
  return apiVersionFault(manifestOf(version));
}

/** What a version may do: what it asks for and was approved, nothing else. */
export function grantsOf(plugin: Plugin, version: Version): string[] {
  return manifestOf(version).permissions.filter((permission) =>
    plugin.approved.includes(permission),
  );
}

/** Asked for by the version and not approved. */
export function unapproved(plugin: Plugin, version: Version): string[] {
  return permissionDifference(plugin.approved, manifestOf(version).permissions);
}

/** The version that was active before the one that is. */
export function rollbackVersion({ activeVersion, activatedBefore }: Plugin): string | undefined {
  return activeVersion === undefined ? undefined : activatedBefore.at(-1);
}

export function pluginView(plugin: Plugin): PluginView {
  return {
    id: plugin.id,
    name: plugin.name,
    type: plugin.type,
    state: plugin.activeVersion === undefined ? 'inactive' : 'active',
    active_version: plugin.activeVersion ?? null,
    rollback_version: rollbackVersion(plugin) ?? null,
    canary_version: plugin.canary?.version ?? null,
    approved_permissions: plugin.approved,
    created_at: plugin.createdAt.toISOString(),
  };
}

export function versionView(plugin: Plugin, version: Version): VersionView {
  const manifest = manifestOf(version);
  const required = manifest.permissions;
  return {
    id: plugin.id,
    version: version.version,
    digest: version.digest,
    bundle_digest: version.bundleDigest,
    bundle_bytes: version.bundleBytes,
    state: stateOf(plugin, version),
    api_version: apiVersionOf(manifest),
    fault: faultOf(version) ?? null,
    permissions_required: required,
    permissions_added: unapproved(plugin, version),
    permissions_unused: permissionDifference(required, plugin.approved),
    created_at: version.createdAt.toISOString(),
  };
}

function stateOf(plugin: Plugin, version: Version): VersionState {
  if (plugin.activeVersion === version.version) return 'active';
  if (plugin.canary?.version === version.version) return 'canary';
  return unapproved(plugin, version).length > 0 ? 'awaiting_approval' : 'inactive';
}
