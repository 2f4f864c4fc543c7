import { sha256 } from '../../bundles/digest.ts';
import { manifestOf } from '../../plugins/plugin.ts';
import type { PluginStore } from '../../plugins/plugin-store.ts';
import type { Built } from '../build.ts';
import type { Fault } from '../input/builder-input.ts';
import { installedManifest, installedVersion } from '../place/installed.ts';
import { manifestChanges, type ManifestChange } from '../place/manifest-changes.ts';
import { readPlugin } from '../place/read-plugin.ts';

export interface BuiltView {
  readonly id: string;
  readonly version: string;
  readonly target: Built['target'];
  readonly digest: string;
  readonly files: readonly {
    readonly path: string;
    readonly content: string;
    readonly sha256: string;
  }[];
  readonly warnings: readonly Fault[];
  /** Against the installed version; null before there is one. */
  readonly differences: {
    readonly version: string;
    readonly is_same: boolean;
    readonly changes: readonly ManifestChange[];
  } | null;
}

export async function builtView(built: Built, plugins: PluginStore): Promise<BuiltView> {
  const { id, version, target, digest, files, warnings } = built;
  return {
    id,
    version,
    target,
    digest,
    files: files.map(({ path, content }) => ({ path, content, sha256: sha256(content) })),
    warnings,
    differences: await differencesOf(built, plugins),
  };
}

/** Of the documents where both are HTTP manifests, else of plugin.json. */
async function differencesOf(
  built: Built,
  plugins: PluginStore,
): Promise<BuiltView['differences']> {
  const before = await installedVersion(plugins, built.id);
  if (before === undefined) return null;
  const document = built.target === 'http' ? await installedManifest(plugins, before) : undefined;
  const changes =
    document === undefined
      ? manifestChanges(manifestOf(before), readPlugin(built))
      : manifestChanges(document, JSON.parse(built.upload.manifestText));
  return { version: before.version, is_same: before.digest === built.digest, changes };
}
