import { sha256 } from '../bundles/digest.ts';
import {
  stateOf,
  type ConnectionViewState,
  type PluggedConnection,
} from '../connections/connection.ts';
import { faultOf, grantsOf, type Plugin, type Version } from '../plugins/plugin.ts';

/** A runner that should be there. */
export interface DesiredRunner {
  readonly pluginId: string;
  readonly version: string;
  /** Changes when a runner has to be replaced. */
  readonly fingerprint: string;
}

/** A runner that should be there, or start when there is work. */
export interface NeededRunner extends DesiredRunner {
  /** There has been no work for it for long. */
  readonly isIdle: boolean;
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

/** Nothing new begins for the others of them, but what is under way has to end, and its end has to be told. */
const served: ReadonlySet<ConnectionViewState> = new Set([
  'active',
  'failed',
  'paused',
  'needs_reauthentication',
]);

/** One runner for a plugin with an active version and a connection that may have a run, none for any other. */
export function desiredRunner({
  plugin,
  version,
  connections,
  overrides,
}: RunnerFacts): DesiredRunner | undefined {
  if (plugin.activeVersion !== version.version) return undefined;
  if (faultOf(version) !== undefined) return undefined;
  if (!connections.some((connection) => served.has(stateOf(connection)))) return undefined;
  const facts = [version.digest, version.bundleDigest, grantsOf(plugin, version), overrides];
  return {
    pluginId: plugin.id,
    version: version.version,
    fingerprint: sha256(JSON.stringify(facts)),
  };
}
