import { readHttpPush } from '../http-manifests/http-push.ts';
import type { Plugin } from '../plugins/plugin.ts';
import { credentialNames } from '../providers/provider-settings.ts';
import type { Catalog } from './catalog.ts';
import type { RegistryEntry } from './entry.ts';

export interface EntryView {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly categories: readonly string[];
  readonly capabilities: readonly string[];
  readonly description: string;
  readonly learn_more: string | null;
}

export interface EntryDetails extends EntryView {
  readonly source: 'preset' | 'url';
  readonly url: string | null;
  readonly sha256: string;
  /** What it will ask for; null where it was not fetched yet. */
  readonly permissions: readonly string[] | null;
  readonly credentials: readonly string[] | null;
  readonly config_schema: object | null;
  /** The version that runs here. */
  readonly installed_version: string | null;
}

export function entryView(entry: RegistryEntry): EntryView {
  const { id, name, version, categories, capabilities, description, learn_more = null } = entry;
  return { id, name, version, categories, capabilities, description, learn_more };
}

export function entryDetails(
  catalog: Catalog,
  entry: RegistryEntry,
  installed: Plugin | undefined,
): EntryDetails {
  const installedVersion = { installed_version: installed?.activeVersion ?? null };
  const { source } = entry;
  if ('url' in source)
    return {
      ...entryView(entry),
      source: 'url',
      url: source.url,
      sha256: source.sha256,
      permissions: null,
      credentials: null,
      config_schema: null,
      ...installedVersion,
    };
  const { manifest, digest } = readHttpPush(catalog.preset(source.preset));
  return {
    ...entryView(entry),
    source: 'preset',
    url: null,
    sha256: digest,
    permissions: manifest.permissions,
    credentials: credentialNames(manifest, undefined),
    config_schema: manifest.configSchema,
    ...installedVersion,
  };
}
