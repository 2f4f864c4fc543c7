import {
  compilePluginManifest,
  HttpManifestError,
  readHttpManifest,
  type HttpManifest,
} from '@made-open/http-manifest';
import { readFileSync } from 'node:fs';
import { CliError, exitCodes } from '../errors.ts';
import type { Project } from './read-project.ts';

/** An HTTP manifest, where there is no plugin.json. */
export const httpFile = 'manifest.json';

/** The plugin that an HTTP manifest is; throws with every fault of it. */
export function readHttpProject(folder: string, path: string): Project {
  const document = readFileSync(path, 'utf8').replace(/^\ufeff/u, '');
  const manifest = compilePluginManifest(checked(document, path));
  return { folder, manifestText: JSON.stringify(manifest), manifest, document };
}

function checked(document: string, path: string): HttpManifest {
  try {
    return readHttpManifest(document);
  } catch (error) {
    if (!(error instanceof HttpManifestError)) throw error;
    const details = error.errors.map(({ pointer, message }) =>
      `${pointer === '' ? '/' : pointer} ${message}`.trim(),
    );
    throw new CliError('project.manifest', exitCodes.data, `${path} is not valid`, {
      details,
      cause: error,
    });
  }
}
