import { HttpManifestError, type HttpManifestFault } from '../errors.ts';
import type { HttpManifest } from '../http-manifest.ts';
import { capabilityFaults } from './check-capabilities.ts';
import { domainFaults } from './check-domains.ts';
import { headerFaults } from './check-headers.ts';
import { idFaults } from './check-ids.ts';
import { nameFaults } from './check-names.ts';
import { patternFaults } from './check-patterns.ts';
import { secretFaults } from './check-secrets.ts';
import { templateFaults } from './check-templates.ts';
import { urlFaults } from './check-urls.ts';
import { readJson } from './read-json.ts';
import { shapeOf } from './shape-faults.ts';

const maxFaults = 50;

/** Reads the text of an HTTP manifest, version 1; throws HttpManifestError with all its faults. */
export function readHttpManifest(text: string): HttpManifest {
  return checkHttpManifest(readJson(text));
}

/** Checks what was read already. */
export function checkHttpManifest(value: unknown): HttpManifest {
  const shaped = shapeOf(value);
  if (shaped.manifest === undefined) throw new HttpManifestError(shaped.faults);
  const faults = ruleFaults(shaped.manifest);
  if (faults.length > 0) throw new HttpManifestError(faults.slice(0, maxFaults));
  return shaped.manifest;
}

/** What a schema cannot say. */
function ruleFaults(manifest: HttpManifest): HttpManifestFault[] {
  return [
    ...idFaults(manifest.id),
    ...domainFaults(manifest),
    ...urlFaults(manifest),
    ...headerFaults(manifest),
    ...secretFaults(manifest),
    ...templateFaults(manifest),
    ...nameFaults(manifest),
    ...capabilityFaults(manifest),
    ...patternFaults(manifest),
  ];
}
