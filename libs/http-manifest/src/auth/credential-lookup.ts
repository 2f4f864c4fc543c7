import { AuthError } from './auth-error.ts';

const prefix = 'creds.';

/** Finds `creds.x` among the values of a connection; throws AuthError where there is none. */
export function credentialLookup(
  values: Readonly<Record<string, unknown>>,
): (ref: string) => string {
  return (ref) => {
    const name = ref.startsWith(prefix) ? ref.slice(prefix.length) : ref;
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (typeof value === 'number') return String(value);
    if (typeof value === 'string' && value !== '') return value;
    throw credentialsMissing([name]);
  };
}

/** Names them, so that somebody can bring them. */
export function credentialsMissing(names: readonly string[]): AuthError {
  return new AuthError(
    'http.credentials_missing',
    `the connection lacks ${names.map((name) => `"${name}"`).join(' and ')}; nothing was sent: give it with made-open configure, or PUT /admin/v1/connections/{id}`,
  );
}
