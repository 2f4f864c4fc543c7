import { compilePluginManifest, readHttpManifest } from '@made-open/http-manifest';
import { readManifest, type Manifest } from '@made-open/manifest';
import type { Built } from '../build.ts';

/** plugin.json of what was built. */
export function readPlugin({ target, upload }: Built): Manifest {
  return target === 'http'
    ? compilePluginManifest(readHttpManifest(upload.manifestText))
    : readManifest(upload.manifestText);
}
