import { allowsOutbound, type Grant } from '@made-open/manifest';
import type { HttpManifestFault } from '../errors.ts';
import type { HttpManifest, RequestTemplate, Server } from '../http-manifest.ts';
import { domainGrants } from './check-domains.ts';
import { impliedParameters } from '../render/path-parameters.ts';
import { placedRequests, type PlacedRequest } from './placed-requests.ts';
import { pointerTo } from './pointer.ts';

const placeholder = /\{([a-z][a-z0-9_]*)\}/gu;
const maxHosts = 64;

/** Where requests go: https, within the allowed hosts, and every `{name}` has a source. */
export function urlFaults(manifest: HttpManifest): HttpManifestFault[] {
  const grants = domainGrants(manifest);
  return [
    ...(manifest.servers ?? []).flatMap((server, index) =>
      serverFaults(server, pointerTo('/servers', index), grants),
    ),
    ...placedRequests(manifest).flatMap((placed) => [
      ...hostFaults(placed.request, placed.pointer, manifest),
      ...parameterFaults(placed, manifest),
    ]),
    ...tokenUrlFaults(manifest, grants),
  ];
}

function hostFaults(
  { url = '' }: Partial<RequestTemplate>,
  pointer: string,
  manifest: HttpManifest,
): HttpManifestFault[] {
  const place = pointerTo(pointer, 'url');
  if (url.startsWith('/'))
    return (manifest.servers ?? []).length > 0
      ? []
      : [{ pointer: place, message: 'is a path, and there are no servers; write the whole URL' }];
  if (/\s/u.test(url.replaceAll(/\{\{.*?\}\}/gu, '')))
    return [{ pointer: place, message: 'holds a blank; write it as %20' }];
  const authority = authorityOf(url);
  if (/[{}]/u.test(authority))
    return [
      {
        pointer: place,
        message: 'has a host that is put together; write it out, or use a variable of a server',
      },
    ];
  return authorityFaults([authority], place, domainGrants(manifest));
}

/** A path parameter is of the path, and its value that of its name unless it has a source; braces of `{{ … }}` are none. */
function parameterFaults(
  { request, pointer, action }: PlacedRequest,
  { auth }: HttpManifest,
): HttpManifestFault[] {
  const { url = '', path_params: params = [] } = request;
  const used = namesIn(url.replaceAll(/\{\{.*?\}\}/gu, ''));
  const ofAuth = auth?.scheme === 'api_key' && auth.in === 'path' ? [auth.name] : [];
  const given = action === undefined ? [] : impliedParameters;
  const known = new Set([...params.map(({ name }) => name), ...ofAuth, ...given]);
  const place = pointerTo(pointer, 'url');
  return [
    ...used
      .filter((name) => !known.has(name))
      .map((name) => ({
        pointer: place,
        message: `has {${name}}, which path_params does not declare`,
      })),
    ...params.flatMap(({ name }, index) =>
      used.includes(name)
        ? []
        : [
            {
              pointer: pointerTo(pointer, 'path_params', index),
              message: `declares "${name}", and the URL has no {${name}}`,
            },
          ],
    ),
  ];
}

function serverFaults(
  { url, variables = {} }: Server,
  pointer: string,
  grants: readonly Grant[],
): HttpManifestFault[] {
  const place = pointerTo(pointer, 'url');
  const names = namesIn(url);
  const undeclared = names.filter((name) => !Object.hasOwn(variables, name));
  const faults = [
    ...undeclared.map((name) => ({
      pointer: place,
      message: `has {${name}}, which variables does not declare`,
    })),
    ...Object.entries(variables).flatMap(([name, variable]) =>
      variableFaults(variable, pointerTo(pointer, 'variables', name)),
    ),
  ];
  return faults.length > 0 ? faults : authorityFaults(authoritiesOf(url, variables), place, grants);
}

type Variables = NonNullable<Server['variables']>;

function variableFaults(
  { enum: values, pattern, default: usual }: Variables[string],
  pointer: string,
): HttpManifestFault[] {
  if (values === undefined && pattern === undefined)
    return [{ pointer, message: 'needs "enum" or "pattern": it becomes part of a URL' }];
  return usual !== undefined && values?.includes(usual) === false
    ? [{ pointer: pointerTo(pointer, 'default'), message: 'is none of "enum"' }]
    : [];
}

/** With every value that a variable may have; one with a pattern stands for one label, whatever it is. */
function authoritiesOf(url: string, variables: Variables): string[] {
  const { list } = namesIn(authorityOf(url)).reduce(
    ({ list: found }, name) => {
      const values = variables[name]?.enum ?? ['x'];
      return {
        list: found
          .flatMap((text) => values.map((value) => text.replaceAll(`{${name}}`, value)))
          .slice(0, maxHosts),
      };
    },
    { list: [authorityOf(url)] },
  );
  return list;
}

function authorityFaults(
  authorities: readonly string[],
  pointer: string,
  grants: readonly Grant[],
): HttpManifestFault[] {
  const wrong = authorities.find((authority) => !isAllowed(authority, grants));
  if (wrong === undefined) return [];
  const message = wrong.includes('@')
    ? 'holds a user name; credentials belong into "auth"'
    : `goes to ${JSON.stringify(wrong.slice(0, 100))}, which allowed_domains does not have`;
  return [{ pointer, message }];
}

function isAllowed(authority: string, grants: readonly Grant[]): boolean {
  const parts = /^([a-z0-9.-]+)(?::([0-9]{1,5}))?$/u.exec(authority);
  if (parts?.[1] === undefined) return false;
  return allowsOutbound(grants, {
    scheme: 'https',
    host: parts[1],
    port: Number(parts[2] ?? 443),
  });
}

function tokenUrlFaults({ auth }: HttpManifest, grants: readonly Grant[]): HttpManifestFault[] {
  return auth !== undefined && 'token_url' in auth
    ? authorityFaults([authorityOf(auth.token_url)], '/auth/token_url', grants)
    : [];
}

function authorityOf(url: string): string {
  return /^https:\/\/([^/?]*)/u.exec(url)?.[1] ?? '';
}

function namesIn(text: string): string[] {
  return [...new Set([...text.matchAll(placeholder)].flatMap(([, name]) => name ?? []))];
}
