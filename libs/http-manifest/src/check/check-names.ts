import { configSchemaErrors } from '@made-open/manifest';
import type { HttpManifestFault } from '../errors.ts';
import type { HttpManifest } from '../http-manifest.ts';
import { credentialRefs, settingNames } from '../names.ts';
import { pointerTo } from './pointer.ts';

/** Settings and credentials are one flat config: their names, and what refers to them. */
export function nameFaults(manifest: HttpManifest): HttpManifestFault[] {
  const { credentials } = manifest;
  const declared = new Set(credentials?.map(({ name }) => name));
  const settings = settingNames(manifest);
  return [
    ...(credentials ?? []).flatMap(({ name }, index) => {
      const pointer = pointerTo('/credentials', index, 'name');
      const isRepeated = credentials?.findIndex((other) => other.name === name) !== index;
      if (isRepeated) return [{ pointer, message: `"${name}" is declared twice` }];
      return settings.has(name)
        ? [{ pointer, message: `"${name}" is a setting as well; give it another name` }]
        : [];
    }),
    ...(credentials === undefined ? [] : credentialRefs(manifest)).flatMap(({ name, pointer }) =>
      declared.has(name)
        ? []
        : [{ pointer, message: `names creds.${name}, which credentials lacks` }],
    ),
    ...configSchemaErrors(manifest.config_schema ?? {}).map((message) => ({
      pointer: '/config_schema',
      message: message.replace(/^configSchema /u, ''),
    })),
  ];
}
