/** One step of a path: a name, a place in a list (from its end when negative), or all. */
type PathStep = string | number | typeof all;

export const all = Symbol('all');

export type JsonPath = readonly PathStep[];

/** A path that is none of those that are read here. */
export class JsonPathError extends Error {
  override readonly name = 'JsonPathError';
  readonly code = 'http_manifest.path';
  readonly retry = 'never';

  constructor(path: string, place: number, reason: string) {
    super(`path ${JSON.stringify(path.slice(0, 200))} at ${String(place)}: ${reason}`);
  }
}

/** Of a place in a list, from its start or its end. */
const maxPlace = 9999;

const segment =
  /\.?\[(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(-?[0-9]{1,9})|(\*))\]|\.(\*)|\.([^.[\]'"\s*?@(),:]+)/uy;

/**
 * The part of RFC 9535 that names places: `$.data.items[0]['a-b']`, `$[*].id`, `$.ids.*`; without filters, slices and
 * descents. `data.id` means `$.data.id`. Throws JsonPathError.
 */
export function parsePath(text: string): JsonPath {
  const path = text.trim();
  const whole = rooted(path);
  const steps: PathStep[] = [];
  segment.lastIndex = 1;
  while (segment.lastIndex < whole.length) {
    const place = segment.lastIndex;
    const found = segment.exec(whole);
    if (found === null)
      throw new JsonPathError(
        path,
        Math.max(0, place - (whole.length - path.length)),
        "write names behind dots or in ['…'], places as [0], and [*] for all",
      );
    const step = stepOf(found);
    if (typeof step === 'number' && Math.abs(step) > maxPlace)
      throw new JsonPathError(
        path,
        Math.max(0, place - (whole.length - path.length)),
        `a place in a list is at most ${String(maxPlace)}`,
      );
    steps.push(step);
  }
  return steps;
}

function rooted(path: string): string {
  if (path.startsWith('$')) return path;
  return path.startsWith('[') ? `$${path}` : `$.${path}`;
}

function stepOf([, single, double, place, star, dotStar, name]: RegExpExecArray): PathStep {
  if (star !== undefined || dotStar !== undefined) return all;
  if (place !== undefined) return Number(place);
  return name ?? (single ?? double ?? '').replaceAll(/\\(.)/gu, '$1');
}

/** All values at the path, in their order. */
export function valuesAt(path: JsonPath, value: unknown): readonly unknown[] {
  return path.reduce<readonly unknown[]>(
    (values, step) => values.flatMap((each) => childrenOf(each, step)),
    [value],
  );
}

/** The first value at the path; undefined when there is none. */
export function firstAt(path: string, value: unknown): unknown {
  return valuesAt(parsePath(path), value)[0];
}

function childrenOf(value: unknown, step: PathStep): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (step === all) return Object.values(value);
  if (typeof step === 'number') {
    if (!Array.isArray(value)) return [];
    const place = step < 0 ? value.length + step : step;
    return place in value ? [value[place]] : [];
  }
  return !Array.isArray(value) && Object.hasOwn(value, step) ? [Reflect.get(value, step)] : [];
}
