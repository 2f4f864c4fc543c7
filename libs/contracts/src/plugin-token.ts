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
