import { adminScopes } from '../keys/api-key.ts';

/**
 * Scopes of the admin API that a token's claim gives: a text with spaces, as `scope` is, or a list, as roles are. A
 * claim within others is named with dots, `realm_access.roles`. All other values open nothing.
 */
export function scopesOf(claims: object, claim: string): readonly string[] {
  const value = valueAt(claims, claim);
  const given = typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : [];
  return adminScopes.filter((scope) => given.includes(scope));
}

function valueAt(claims: object, claim: string): unknown {
  // Names of claims may be addresses, dots and all.
  if (Object.hasOwn(claims, claim)) return Reflect.get(claims, claim);
  let value: unknown = claims;
  for (const name of claim.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
      return undefined;
    value = Reflect.get(value, name);
  }
  return value;
}
