import { AuthError } from './auth-error.ts';
import type { CredentialLookup } from './auth-request.ts';

const prefix = 'creds.';

/** Finds `creds.x` among the values of a connection; throws AuthError where there is none. */
export function credentialLookup(values: Readonly<Record<string, unknown>>): CredentialLookup {
  return (ref, { otherwise, mayBeEmpty = false } = {}) => {
    const [first, ...rest] = otherwise === undefined ? [ref] : [ref, otherwise];
    const value = valueOf(values, first);
    if (value === '' && mayBeEmpty && rest.length > 0) return '';
    const found = [value, ...rest.map((each) => valueOf(values, each))].find(Boolean);
    if (found !== undefined) return found;
    throw credentialsMissing([[first, ...rest].map(nameOf).join(' or ')]);
  };
}

function valueOf(values: Readonly<Record<string, unknown>>, ref: string): string | undefined {
  const name = nameOf(ref);
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : undefined;
}

function nameOf(ref: string): string {
  return ref.startsWith(prefix) ? ref.slice(prefix.length) : ref;
}

/** Names them, so that somebody can bring them. */
export function credentialsMissing(names: readonly string[]): AuthError {
  return new AuthError(
    'http.credentials_missing',
    `the connection lacks ${names.map((name) => `"${name}"`).join(' and ')}; nothing was sent: give it with made-open configure, or PUT /admin/v1/connections/{id}`,
  );
}
