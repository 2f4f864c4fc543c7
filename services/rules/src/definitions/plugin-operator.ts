/** An operator that a plugin adds, as a condition names it. */
export interface PluginOperator {
  readonly pluginId: string;
  readonly name: string;
}

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const pattern = new RegExp(
  `^plugin:(${label}(?:\\.${label})*)/([A-Za-z][A-Za-z0-9_-]{0,63})$`,
  'u',
);

/** Undefined for a built-in operator. */
export function pluginOperatorOf(operator: string): PluginOperator | undefined {
  const [, pluginId, name] = pattern.exec(operator) ?? [];
  return pluginId === undefined || name === undefined ? undefined : { pluginId, name };
}
