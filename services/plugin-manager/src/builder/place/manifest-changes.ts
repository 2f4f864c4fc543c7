import { isDeepStrictEqual } from 'node:util';

/** One place at which two documents differ. */
export interface ManifestChange {
  /** JSON Pointer (RFC 6901). */
  readonly pointer: string;
  readonly kind: 'added' | 'removed' | 'changed';
}

const maxChanges = 500;

/** Where documents differ, as deep as it can be said. */
export function manifestChanges(from: unknown, to: unknown): readonly ManifestChange[] {
  return changesAt(from, to, '').slice(0, maxChanges);
}

function changesAt(from: unknown, to: unknown, pointer: string): ManifestChange[] {
  if (isDeepStrictEqual(from, to)) return [];
  const [before, after] = [membersOf(from), membersOf(to)];
  if (before === undefined || after === undefined || Array.isArray(from) !== Array.isArray(to))
    return [{ pointer, kind: 'changed' }];
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names.flatMap((name): ManifestChange[] => {
    const place = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!before.has(name)) return [{ pointer: place, kind: 'added' }];
    if (!after.has(name)) return [{ pointer: place, kind: 'removed' }];
    return changesAt(before.get(name), after.get(name), place);
  });
}

function membersOf(value: unknown): ReadonlyMap<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : undefined;
}
