import { permissionDifference, type Manifest } from '@made-open/manifest';
import { isDeepStrictEqual } from 'node:util';
import { manifestOf, type Version } from '../plugins/plugin.ts';

export interface VersionDifferences {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly permissions: { readonly added: readonly string[]; readonly removed: readonly string[] };
  /** Fields of the config by name. */
  readonly config: {
    readonly added: readonly string[];
    readonly removed: readonly string[];
    readonly changed: readonly string[];
    readonly newly_required: readonly string[];
    readonly not_required: readonly string[];
  };
  /** Everything else that plugin.json says otherwise; null: it says nothing. */
  readonly manifest: readonly {
    readonly field: string;
    readonly from: unknown;
    readonly to: unknown;
  }[];
  readonly bundle: {
    readonly is_same: boolean;
    readonly from_bytes: number;
    readonly to_bytes: number;
  };
}

/** What changes for a plugin when one version takes the place of another. */
export function versionDifferences(from: Version, to: Version): VersionDifferences {
  const [before, after] = [manifestOf(from), manifestOf(to)] as const;
  return {
    id: from.pluginId,
    from: from.version,
    to: to.version,
    permissions: {
      added: permissionDifference(before.permissions, after.permissions),
      removed: permissionDifference(after.permissions, before.permissions),
    },
    config: configDifferences(before, after),
    manifest: otherDifferences(before, after),
    bundle: {
      is_same: from.bundleDigest === to.bundleDigest,
      from_bytes: from.bundleBytes,
      to_bytes: to.bundleBytes,
    },
  };
}

function configDifferences(before: Manifest, after: Manifest): VersionDifferences['config'] {
  const [old, now] = [before.configSchema, after.configSchema] as const;
  const [oldFields, fields] = [recordOf(old['properties']), recordOf(now['properties'])] as const;
  const [oldRequired, required] = [namesOf(old['required']), namesOf(now['required'])] as const;
  return {
    added: without(Object.keys(fields), Object.keys(oldFields)),
    removed: without(Object.keys(oldFields), Object.keys(fields)),
    changed: Object.keys(fields).filter(
      (name) => Object.hasOwn(oldFields, name) && !isDeepStrictEqual(oldFields[name], fields[name]),
    ),
    newly_required: without(required, oldRequired),
    not_required: without(oldRequired, required),
  };
}

function otherDifferences(before: Manifest, after: Manifest): VersionDifferences['manifest'] {
  const [old, now] = [rest(before), rest(after)] as const;
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((field) => !isDeepStrictEqual(old[field], now[field]))
    .toSorted()
    .map((field) => ({ field, from: old[field] ?? null, to: now[field] ?? null }));
}

/** What has an account of its own is left out. */
function rest(manifest: Manifest): Readonly<Record<string, unknown>> {
  const schema = except(manifest.configSchema, ['properties', 'required']);
  return { ...except(manifest, ['version', 'permissions']), configSchema: schema };
}

function except(value: object, names: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function namesOf(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((name): name is string => typeof name === 'string')
    : [];
}

function without(names: readonly string[], others: readonly string[]): string[] {
  return names.filter((name) => !others.includes(name));
}
