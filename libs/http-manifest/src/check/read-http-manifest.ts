import { HttpManifestError, type HttpManifestFault } from '../errors.ts';
import type { HttpManifest } from '../http-manifest.ts';
import { capabilityFaults } from './check-capabilities.ts';
import { domainFaults } from './check-domains.ts';
import { headerFaults } from './check-headers.ts';
import { idFaults } from './check-ids.ts';
import { nameFaults } from './check-names.ts';
import { pathFaults } from './check-paths.ts';
import { patternFaults } from './check-patterns.ts';
import { secretFaults } from './check-secrets.ts';
import { templateFaults } from './check-templates.ts';
import { urlFaults } from './check-urls.ts';
import { readJson } from './read-json.ts';
import { shapeOf } from './shape-faults.ts';

const maxFaults = 50;

/** Rules that differ. */
export interface CheckOptions {
  /** What the import made of a manifest of Faxbot may name credentials in its templates. */
  readonly isLegacy?: boolean;
}

/** A manifest that is right, or what is wrong with it. */
export type Checked =
  | { readonly manifest: HttpManifest; readonly faults: readonly [] }
  | { readonly faults: readonly HttpManifestFault[] };

/** Reads the text of an HTTP manifest, version 1; throws HttpManifestError with all its faults. */
export function readHttpManifest(text: string, options: CheckOptions = {}): HttpManifest {
  return checkHttpManifest(readJson(text), options);
}

/** Checks what was read already. */
export function checkHttpManifest(value: unknown, options: CheckOptions = {}): HttpManifest {
  const checked = faultsOf(value, options);
  if ('manifest' in checked) return checked.manifest;
  throw new HttpManifestError(checked.faults.slice(0, maxFaults));
}

/** Every fault, without throwing. */
export function faultsOf(value: unknown, options: CheckOptions = {}): Checked {
  const shaped = shapeOf(value);
  if (shaped.manifest === undefined) return { faults: shaped.faults };
  const faults = ruleFaults(shaped.manifest, options);
  return faults.length > 0 ? { faults } : { manifest: shaped.manifest, faults: [] };
}

/** What a schema cannot say. */
function ruleFaults(
  manifest: HttpManifest,
  { isLegacy = false }: CheckOptions,
): HttpManifestFault[] {
  return [
    ...(manifest.legacy === true && !isLegacy
      ? [{ pointer: '/legacy', message: 'is set by the import of old manifests alone' }]
      : []),
    ...(manifest.auth !== undefined && 'otherwise' in manifest.auth && !isLegacy
      ? [{ pointer: '/auth/otherwise', message: 'is set by the import of old manifests alone' }]
      : []),
    ...idFaults(manifest.id),
    ...domainFaults(manifest),
    ...urlFaults(manifest),
    ...headerFaults(manifest),
    ...secretFaults(manifest),
    ...templateFaults(manifest),
    ...nameFaults(manifest),
    ...capabilityFaults(manifest),
    ...patternFaults(manifest),
    ...pathFaults(manifest),
  ];
}
