import { isHttpManifest } from '../http-manifests/http-push.ts';

/** What a folder's manifest.json, without a plugin.json beside it, is. */
export type FolderManifest =
  | { readonly kind: 'http'; readonly text: string; readonly isLegacy: boolean }
  | { readonly kind: 'kit'; readonly manifest: KitManifest };

/** The manifest.json of a provider that was written with the kit of Faxbot. */
export interface KitManifest {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly [field: string]: unknown;
}

const slots: readonly unknown[] = ['outbound', 'inbound', 'storage', 'auth'];
const entrypoints = ['plugin.py', 'index.ts', 'index.js', 'index.mts', 'index.mjs', '__init__.py'];
const textFields = ['description', 'author', 'license', 'homepage'];

/** Undefined for what has nothing to do with plugins, as of a web page. */
export function folderManifest(text: string): FolderManifest | undefined {
  const value = read(text);
  if (!isFields(value)) return undefined;
  if (isHttpManifest(text)) return { kind: 'http', text, isLegacy: !('manifest_version' in value) };
  return isKit(value) ? { kind: 'kit', manifest: value } : undefined;
}

/** plugin.json of such a provider; its code says the rest. */
export function pluginJsonOf(manifest: KitManifest, files: readonly string[]): string {
  const { id, name, version } = manifest;
  const [categories, capabilities, domains] = ['categories', 'capabilities', 'allowed_domains'].map(
    (field) => namesIn(manifest[field]),
  );
  const taken = (categories ?? []).filter((category) => slots.includes(category));
  const entrypoint = entrypoints.find((file) => files.includes(file)) ?? 'index.js';
  const { config_schema: configSchema = { type: 'object', properties: {} } } = manifest;
  const plugin = {
    id,
    name,
    version,
    type: 'channel',
    entrypoint: `./${entrypoint}`,
    ...(entrypoint.endsWith('.py') ? { runtime: 'python' } : {}),
    permissions: [
      ...(domains ?? []).map((domain) => `network:outbound:${domain}`),
      'event:publish:communication.*',
    ],
    configSchema,
    ...Object.fromEntries(
      textFields.flatMap((field) =>
        typeof manifest[field] === 'string' && manifest[field] !== ''
          ? [[field, manifest[field]]]
          : [],
      ),
    ),
    channel: { type: capabilities?.includes('send_message') === true ? 'chat' : 'fax' },
    ...(taken.length === 0 ? {} : { provider: { slots: taken } }),
    actions: (capabilities ?? []).map((capability) => ({ name: capability })),
  };
  return `${JSON.stringify(plugin, undefined, 2)}\n`;
}

function isKit(value: Readonly<Record<string, unknown>>): value is KitManifest {
  return (
    ['id', 'name', 'version'].every((field) => typeof value[field] === 'string') &&
    Array.isArray(value['categories']) &&
    Array.isArray(value['capabilities'])
  );
}

function namesIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : [];
}

function read(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/u, ''));
  } catch {
    return undefined;
  }
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
