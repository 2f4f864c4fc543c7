import { credentialsMissing } from '../auth/credential-lookup.ts';
import type { HttpManifest } from '../http-manifest.ts';

const mention = /creds\.([a-z][a-z0-9_]{0,63})/gu;

/** Credentials that requests need and that a config lacks, in the order of the manifest. */
export function missingCredentials(
  { auth, actions, streams, credentials = [] }: HttpManifest,
  config: Readonly<Record<string, unknown>>,
): readonly string[] {
  const text = JSON.stringify({ auth, actions, streams });
  const optional = new Set(
    credentials.filter(({ required }) => required === false).map(({ name }) => name),
  );
  const needed = new Set([...text.matchAll(mention)].flatMap(([, name]) => name ?? []));
  return [...needed].filter((name) => !optional.has(name) && isEmpty(config[name]));
}

/** Throws before anything is asked of the provider. */
export function requireCredentials(
  manifest: HttpManifest,
  config: Readonly<Record<string, unknown>>,
): void {
  const missing = missingCredentials(manifest, config);
  if (missing.length > 0) throw credentialsMissing(missing);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}
