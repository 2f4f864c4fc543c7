import type { HttpManifest } from '@made-open/http-manifest';
import type { BuiltTarget } from '../build.ts';
import { readme } from './readme.ts';

/** The target http: one manifest, with its fixtures in it. */
export function httpFiles(manifest: HttpManifest, text: string): BuiltTarget {
  const directory = `config/providers/${manifest.id}`;
  return {
    directory,
    files: [
      { path: `${directory}/manifest.json`, content: text },
      { path: `${directory}/README.md`, content: readme(manifest, { target: 'http', directory }) },
    ],
    upload: { manifestText: text, files: new Map() },
  };
}
