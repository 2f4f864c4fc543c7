import type { Auth } from '../http-manifest.ts';

/** Names of two credentials of which a connection needs one, the first of them before the other. */
export function alternativesOf(auth: Auth | undefined): readonly [string, string] | undefined {
  if (auth?.scheme !== 'basic' && auth?.scheme !== 'bearer') return undefined;
  const first = auth.scheme === 'basic' ? auth.password : auth.token;
  if (first === undefined || auth.otherwise === undefined) return undefined;
  return [nameOf(first), nameOf(auth.otherwise)];
}

function nameOf(ref: string): string {
  return ref.slice('creds.'.length);
}
