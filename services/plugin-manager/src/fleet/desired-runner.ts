import { sha256 } from '../bundles/digest.ts';
import { stateOf, type PluggedConnection } from '../connections/connection.ts';
import { grantsOf, type Plugin, type Version } from '../plugins/plugin.ts';

/** A runner that should be there. */
export interface DesiredRunner {
  readonly pluginId: string;
  readonly version: string;
  /** Changes when a runner has to be replaced. */
  readonly fingerprint: string;
}

/** What decides on a plugin's runner. */
export interface RunnerFacts {
  readonly plugin: Plugin;
  /** The active version. */
  readonly version: Version;
  readonly connections: readonly PluggedConnection[];
  /** The egress overrides that concern the plugin. */
  readonly overrides: string;
}

/** One runner for a plugin with an active version and an active connection, none for any other. */
export function desiredRunner({
  plugin,
  version,
  connections,
  overrides,
}: RunnerFacts): DesiredRunner | undefined {
  if (plugin.activeVersion !== version.version) return undefined;
  if (!connections.some((connection) => stateOf(connection) === 'active')) return undefined;
  const facts = [version.digest, version.bundleDigest, grantsOf(plugin, version), overrides];
  return {
    pluginId: plugin.id,
    version: version.version,
    fingerprint: sha256(JSON.stringify(facts)),
  };
}
