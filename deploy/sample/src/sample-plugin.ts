import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Files of a plugin by their path relative to its folder. */
export interface PluginFiles {
  readonly manifest: string;
  readonly sources: Readonly<Record<string, string>>;
}

/** The key that the sample source accepts: invented contacts, for everybody to see. */
export const sampleApiKey = 'sample-key';

/** The access token that the sample account of Microsoft Graph accepts, for the same reason. */
export const sampleAccessToken = 'sample-access-token';

/** The sample connector of the author's guide, as it lies in `plugin/`. */
export function samplePlugin(): PluginFiles {
  return { manifest: read('plugin.json'), sources: { 'src/index.ts': read('src/index.ts') } };
}

/** The Microsoft Graph connector, newest version or an earlier one: an earlier manifest for the same code. */
export function graphPlugin(version?: '0.1.0' | '0.2.0'): PluginFiles {
  return pluginIn('connectors/ms-graph', version);
}

/** A plugin of this repository by its folder, newest version or an earlier one. */
export function pluginIn(folder: string, version?: string): PluginFiles {
  const root = `../../../libs/plugins/${folder}`;
  const manifest = version === undefined ? 'plugin.json' : `manifests/${version}/plugin.json`;
  const files = readdirSync(pathOf(`${root}/src`), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('.spec.'))
    .toSorted();
  return {
    manifest: readFileSync(pathOf(`${root}/${manifest}`), 'utf8'),
    sources: Object.fromEntries(
      files.map((name) => [`src/${name}`, readFileSync(pathOf(`${root}/src/${name}`), 'utf8')]),
    ),
  };
}

/** The HTTP manifest of a provider, one of `libs/plugins/providers`. */
export function providerManifest(id: string): string {
  return readFileSync(pathOf(`../../../libs/plugins/providers/${id}/manifest.json`), 'utf8');
}

function read(path: string): string {
  return readFileSync(pathOf(`../plugin/${path}`), 'utf8');
}

function pathOf(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
