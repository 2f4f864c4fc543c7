import type { PluginContext } from './types.ts';

/** A required config field as text; throws with its name when it is missing. */
export function requireConfig(context: PluginContext, key: string): string {
  const value = Object.hasOwn(context.config, key) ? context.config[key] : undefined;
  if (value === undefined || value === null || value === '')
    throw new Error(`the config field "${key}" is missing; set it on the connection`);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
