import type { HttpManifestFault } from '../errors.ts';
import type { HttpManifest } from '../http-manifest.ts';
import { patternFault } from '../pattern/linear-pattern.ts';
import { pointerTo } from './pointer.ts';

/** Expressions run on what a provider answers: each must be one that takes linear time. */
export function patternFaults(manifest: HttpManifest): HttpManifestFault[] {
  const { auth, actions, webhooks, streams, credentials } = manifest;
  return Object.entries({ auth, actions, webhooks, streams, credentials }).flatMap(([key, part]) =>
    within(part, pointerTo('', key)),
  );
}

/** Bodies and fixtures are the author's own data, in which a field may be called so. */
const notLookedInto = new Set(['body', 'fixtures', 'input_schema', 'data']);

function within(value: unknown, pointer: string): HttpManifestFault[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]: [string, unknown]) => {
    const place = pointerTo(pointer, key);
    if (notLookedInto.has(key) && typeof part === 'object' && isRequestPart(value, key)) return [];
    if (key !== 'pattern' || typeof part !== 'string') return within(part, place);
    const message = patternFault(part);
    return message === undefined ? [] : [{ pointer: place, message }];
  });
}

function isRequestPart(parent: object, key: string): boolean {
  return key !== 'body' || 'method' in parent || 'url' in parent;
}
