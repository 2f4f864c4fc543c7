import { ManifestError, readManifest, type Manifest } from '@made-open/manifest';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CliError, exitCodes } from '../errors.ts';
import { httpManifestAt } from './http-manifest-file.ts';
import { readHttpProject } from './read-http-project.ts';

/** A plugin's folder with its manifest. */
export interface Project {
  readonly folder: string;
  readonly manifestText: string;
  readonly manifest: Manifest;
  /** The HTTP manifest, which is all that there is of such a plugin. */
  readonly document?: string;
}

/** Reads `plugin.json`, or the `manifest.json` of a provider without code; throws with every fault of it. */
export function readProject(folder: string): Project {
  const path = join(folder, 'plugin.json');
  const httpManifest = httpManifestAt(folder);
  if (httpManifest !== undefined) return readHttpProject(folder, httpManifest);
  if (!existsSync(path))
    throw new CliError(
      'project.no_manifest',
      exitCodes.notFound,
      `there is no plugin.json in ${resolve(folder)}, and no manifest.json; go to the plugin's folder, or make one with made-open create`,
    );
  const manifestText = readFileSync(path, 'utf8');
  try {
    return { folder, manifestText, manifest: readManifest(manifestText) };
  } catch (error) {
    if (!(error instanceof ManifestError)) throw error;
    throw new CliError('project.manifest', exitCodes.data, `${path} is not valid`, {
      details: error.members.errors,
      cause: error,
    });
  }
}

/** The manifest of this folder, for commands that also work elsewhere. */
export function projectIfAny(folder: string): Project | undefined {
  const isThere = existsSync(join(folder, 'plugin.json')) || httpManifestAt(folder) !== undefined;
  return isThere ? readProject(folder) : undefined;
}
