import { alternativesOf } from '../auth/alternatives-of.ts';
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
  const either = alternativesOf(auth);
  return [
    ...[...needed].filter((name) => !optional.has(name) && isEmpty(config[name])),
    ...(either === undefined || hasOne(either, auth?.scheme, config) ? [] : [either.join(' or ')]),
  ];
}

/** As it is looked up when a request is sent: a password may be empty. */
function hasOne(
  [first, other]: readonly [string, string],
  scheme: string | undefined,
  config: Readonly<Record<string, unknown>>,
): boolean {
  const isFirst = scheme === 'basic' ? typeof config[first] === 'string' : !isEmpty(config[first]);
  return isFirst || !isEmpty(config[other]);
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
