import type { Auth } from '@made-open/http-manifest';
import { CodePlanError } from './plan-error.ts';
import type { AuthField, AuthPlan } from './plan.ts';

const nothing: AuthPlan = { headers: [], query: [] };

/** How each request proves who sends it. */
export function authOf(auth: Auth = { scheme: 'none' }): AuthPlan {
  switch (auth.scheme) {
    case 'none':
      return nothing;
    case 'basic':
      return basic(auth);
    case 'bearer':
      return header('Authorization', prefixOf(auth, 'Bearer '), [keyOf(auth.token)]);
    case 'api_key_header':
      return header(auth.header_name, prefixOf(auth, ''), [keyOf(auth.value)]);
    case 'api_key_query':
      return { headers: [], query: [field(auth.query_name, '', [keyOf(auth.value)])] };
    case 'api_key':
      return apiKey(auth);
    default:
      throw new CodePlanError(
        '/auth/scheme',
        `code is not written for ${auth.scheme}: choose the target http, where the platform itself gets and keeps tokens`,
      );
  }
}

function basic({ username, password }: Auth & { scheme: 'basic' }): AuthPlan {
  const second = password === undefined ? '' : keyOf(password);
  return header('Authorization', 'Basic ', [keyOf(username), second]);
}

function apiKey({ in: place, name, value, prefix = '' }: Auth & { scheme: 'api_key' }): AuthPlan {
  const credentials = [keyOf(value)];
  switch (place) {
    case 'header':
      return header(name, prefix, credentials);
    case 'cookie':
      return header('Cookie', `${name}=${prefix}`, credentials);
    case 'query':
      return { headers: [], query: [field(name, prefix, credentials)] };
    case 'path':
      return nothing;
    case 'body':
      throw new CodePlanError(
        '/auth/in',
        'code puts no credential into a body: choose the target http',
      );
  }
}

function prefixOf({ prefix }: { readonly prefix?: string }, usual: string): string {
  return prefix ?? usual;
}

function header(name: string, prefix: string, credentials: readonly string[]): AuthPlan {
  return { headers: [field(name, prefix, credentials)], query: [] };
}

function field(name: string, prefix: string, credentials: readonly string[]): AuthField {
  return { name, prefix, credentials };
}

/** `creds.api_key` is the field api_key of the config. */
export function keyOf(reference: string): string {
  return reference.replace(/^creds\./u, '');
}
