import { readHttpManifest, type HttpManifest } from '@made-open/http-manifest';
import { notFound, RequestError } from '../../errors.ts';
import { referenceVersion } from '../../plugins/change-plugin.ts';
import { manifestOf, type Version } from '../../plugins/plugin.ts';
import type { PluginStore } from '../../plugins/plugin-store.ts';

/** The version of a plugin that counts: the active one, or else the newest. */
export async function installedVersion(
  plugins: PluginStore,
  id: string,
): Promise<Version | undefined> {
  const plugin = await plugins.plugin(id);
  return plugin === undefined ? undefined : referenceVersion(plugins, plugin);
}

/** The HTTP manifest of a version; undefined for one that is code. */
export async function installedManifest(
  plugins: PluginStore,
  version: Version,
): Promise<HttpManifest | undefined> {
  if (manifestOf(version).runtime !== 'http') return undefined;
  return readHttpManifest(await bundleText(plugins, version));
}

/** One that can be edited in the wizard. */
export async function editableManifest(plugins: PluginStore, id: string): Promise<HttpManifest> {
  const version = await installedVersion(plugins, id);
  if (version === undefined) throw notFound('plugin', id);
  const manifest = await installedManifest(plugins, version);
  if (manifest !== undefined) return manifest;
  throw new RequestError(
    'builder.not_editable.conflict',
    409,
    `${id} is code and not an HTTP manifest; change its files and push them`,
  );
}

const partBytes = 256 * 1024;

async function bundleText(
  plugins: PluginStore,
  { pluginId, bundleDigest }: Version,
): Promise<string> {
  const chunks: Uint8Array[] = [];
  for (let offset = 0; ;) {
    const part = { offset, lengthBytes: partBytes };
    const found = await plugins.bundle(pluginId, bundleDigest, part);
    if (found === undefined) throw notFound('bundle', bundleDigest);
    chunks.push(found.chunk);
    offset += found.chunk.byteLength;
    if (offset >= found.totalBytes || found.chunk.byteLength === 0)
      return Buffer.concat(chunks).toString();
  }
}
