import { compilePluginManifest, type HttpManifest } from '@made-open/http-manifest';

export interface CodeEntry {
  readonly runtime: 'javascript' | 'python';
  readonly entrypoint: string;
}

/** plugin.json of code for a manifest: the registration that a push and `PLUGINS_DIR` take. */
export function pluginJson(manifest: HttpManifest, { runtime, entrypoint }: CodeEntry): string {
  const compiled = compilePluginManifest(manifest);
  const actions = compiled.actions?.filter(({ name }) => manifest.capabilities.includes(name));
  return `${JSON.stringify({ ...compiled, actions, runtime, entrypoint }, undefined, 2)}\n`;
}

/** A config as tests use it: each credential and setting has a value that tells it apart. */
export function sampleConfig(manifest: HttpManifest): Readonly<Record<string, unknown>> {
  const { configSchema } = compilePluginManifest(manifest);
  const properties = configSchema['properties'];
  if (typeof properties !== 'object' || properties === null) return {};
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, sampleValue(name, schema)]),
  );
}

function sampleValue(name: string, schema: unknown): unknown {
  const {
    default: preset,
    enum: choices,
    type,
  }: { default?: unknown; enum?: unknown; type?: unknown } = typeof schema === 'object' &&
  schema !== null
    ? schema
    : {};
  if (preset !== undefined) return preset;
  if (Array.isArray(choices)) return choices[0];
  if (type === 'integer' || type === 'number') return 1;
  return type === 'boolean' ? true : `test-${name.replaceAll('_', '-')}`;
}
