import type { GetAssignmentResponse } from '@made-open/contracts';
import type { OverrideFile } from '../egress/override-file.ts';
import { notFound } from '../errors.ts';
import { findVersion } from '../plugins/change-plugin.ts';
import { grantsOf } from '../plugins/plugin.ts';
import type { BundleChunk, PluginStore } from '../plugins/plugin-store.ts';
import type { Profile } from '../profile/profile.ts';

const chunkBytes = 512 * 1024;

export interface AssignmentParts {
  readonly plugins: PluginStore;
  readonly overrides: Pick<OverrideFile, 'jsonFor'>;
  readonly profile: Profile;
}

/** What a runner runs, and with which grants. A version that was replaced long ago has to fit the profile of today. */
export async function assignment(
  { plugins, overrides, profile }: AssignmentParts,
  { pluginId, version }: { pluginId: string; version: string },
): Promise<Omit<GetAssignmentResponse, '$typeName' | '$unknown'>> {
  const found = await findVersion(plugins, pluginId, version);
  profile.check(found.version);
  const grants = grantsOf(found.plugin, found.version);
  return {
    pluginId,
    version,
    manifestJson: found.version.manifestText,
    grants,
    bundleDigest: found.version.bundleDigest,
    bundleBytes: found.version.bundleBytes,
    egressOverridesJson: overrides.jsonFor(grants),
    superseded: ![found.plugin.activeVersion, found.plugin.canary?.version].includes(version),
  };
}

/** The next piece of a bundle; a runner gets those of its own plugin. */
export async function bundleChunk(
  plugins: PluginStore,
  pluginId: string,
  { digest, offset }: { digest: string; offset: number },
): Promise<BundleChunk> {
  const chunk = await plugins.bundle(pluginId, digest, { offset, lengthBytes: chunkBytes });
  return chunk ?? Promise.reject(notFound('bundle', digest));
}
