/**
 * One NATS token for a plugin id: `com.microsoft.graph` → `com_microsoft_graph`.
 * Ids hold no `_` (the manifest schema refuses it), so the mapping is reversible.
 */
export function pluginToken(pluginId: string): string {
  return pluginId.replaceAll('.', '_');
}

/** The plugin id of a subject token: `com_microsoft_graph` → `com.microsoft.graph`. */
export function pluginIdOf(token: string): string {
  return token.replaceAll('_', '.');
}

/** One NATS token for a version of a plugin, which holds no `_` either: `1.2.0-rc.1` → `1_2_0-rc_1`. */
export function versionToken(version: string): string {
  return version.replaceAll('.', '_');
}

/** `plugin_id` of the configs of endpoints in the wallet: no plugin can have it, and no config of a plugin signs as one. */
export const endpointConfigs = 'rules_endpoint';
