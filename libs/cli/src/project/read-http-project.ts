import { compilePluginManifest } from '@made-open/http-manifest';
import { checkHttpManifestFile, type HttpManifestFile } from './http-manifest-file.ts';
import type { Project } from './read-project.ts';

/** The plugin that an HTTP manifest is; throws with every fault of it. */
export function readHttpProject(folder: string, file: HttpManifestFile): Project {
  const { manifest: document } = checkHttpManifestFile(file);
  const manifest = compilePluginManifest(document);
  const manifestText = JSON.stringify(manifest);
  return { folder, manifestText, manifest, document: JSON.stringify(document) };
}
