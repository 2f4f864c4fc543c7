import type { HttpManifestFault } from '../errors.ts';
import type { HttpManifest } from '../http-manifest.ts';
import { patternFault, patternWork } from '../pattern/linear-pattern.ts';
import { pointerTo } from './pointer.ts';

interface PlacedPattern {
  readonly pattern: string;
  readonly pointer: string;
}

/** Of all expressions of a manifest together. */
const maxWork = 50_000;
const tooMuch =
  'makes the expressions of the manifest too long together; write fewer or shorter ones';

/**
 * Expressions run on what a provider answers: each must be one that takes linear time. The first that is wrong is told, for
 * each takes a while to check.
 */
export function patternFaults(manifest: HttpManifest): HttpManifestFault[] {
  const checked = new Set<string>();
  let work = 0;
  for (const { pattern, pointer } of patternsOf(manifest)) {
    const isNew = !checked.has(pattern);
    checked.add(pattern);
    if (isNew) work += patternWork(pattern);
    if (work > maxWork) return [{ pointer, message: tooMuch }];
    const message = (isNew ? patternFault(pattern) : undefined) ?? schemaFault(pattern, pointer);
    if (message !== undefined) return [{ pointer, message }];
  }
  return [];
}

/** Expressions for values of the config become part of its JSON Schema, which has those of JavaScript. */
function schemaFault(pattern: string, pointer: string): string | undefined {
  if (!/^\/(?:servers|credentials)\//u.test(pointer)) return undefined;
  try {
    void new RegExp(pattern, 'u');
    return undefined;
  } catch {
    return 'is no expression of JavaScript, which the schema of the config needs: write it without flags, (?P<names>) and [:classes:]';
  }
}

function patternsOf(manifest: HttpManifest): PlacedPattern[] {
  const { servers = [], auth, actions, webhooks, streams, credentials } = manifest;
  return [
    ...servers.flatMap(({ variables = {} }, index) =>
      Object.entries(variables).flatMap(([name, { pattern }]) =>
        pattern === undefined
          ? []
          : [{ pattern, pointer: pointerTo('/servers', index, 'variables', name, 'pattern') }],
      ),
    ),
    ...Object.entries({ auth, actions, webhooks, streams, credentials }).flatMap(([key, part]) =>
      within(part, pointerTo('', key)),
    ),
  ];
}

/** Bodies and fixtures are the author's own data, in which a field may be called so. */
const notLookedInto = new Set(['body', 'fixtures', 'input_schema', 'data']);

function within(value: unknown, pointer: string): PlacedPattern[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]: [string, unknown]) => {
    const place = pointerTo(pointer, key);
    if (notLookedInto.has(key) && typeof part === 'object' && isRequestPart(value, key)) return [];
    if (key !== 'pattern' || typeof part !== 'string') return within(part, place);
    return [{ pattern: part, pointer: place }];
  });
}

function isRequestPart(parent: object, key: string): boolean {
  return key !== 'body' || 'method' in parent || 'url' in parent;
}
